package dev.finetune.image;

import java.util.random.RandomGenerator;

/** An operation by a uniform random amount. */
record Uniform(Operation operation, double low, double high) implements Augmentation {

  @Override
  public Pixels apply(Pixels image, RandomGenerator random) {
    return operation.apply(image, Draw.between(random, low, high));
  }

  @Override
  public String description() {
    return operation + " " + low + " to " + high;
  }
}
