package dev.finetune.image;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.random.RandomGenerator;

/** A multiplication by a random factor: {@link Augmentations#brightness}. */
record Brightness(double range) implements Augmentation {

  Brightness {
    checkArgument(range >= 0 && range < 1, "range must be in [0, 1), got %s", range);
  }

  @Override
  public Pixels apply(Pixels image, RandomGenerator random) {
    return Colours.brightness(image, 1 + Draw.symmetric(random, range));
  }

  @Override
  public String description() {
    return "brightness " + range;
  }
}
