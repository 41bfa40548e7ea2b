package dev.finetune.image;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import java.util.random.RandomGenerator;

/** An augmentation of a random part of the images: {@link Augmentation#sometimes}. */
record Sometimes(Augmentation augmentation, double probability) implements Augmentation {

  Sometimes {
    checkNotNull(augmentation, "augmentation must not be null");
    checkArgument(
        probability >= 0 && probability <= 1, "probability must be in [0, 1], got %s", probability);
  }

  @Override
  public Pixels apply(Pixels image, RandomGenerator random) {
    return random.nextDouble() < probability ? augmentation.apply(image, random) : image;
  }

  @Override
  public String description() {
    return "with probability " + probability + " (" + augmentation.description() + ")";
  }
}
