package dev.finetune.image;

import java.util.random.RandomGenerator;

/** An operation without an amount. */
record Always(Operation operation) implements Augmentation {

  @Override
  public Pixels apply(Pixels image, RandomGenerator random) {
    return operation.apply(image, 0);
  }

  @Override
  public String description() {
    return operation.toString();
  }
}
