package dev.finetune.image;

import java.util.random.RandomGenerator;

/** One random operation of a random magnitude: {@link Augmentations#trivialAugment}. */
record TrivialAugment() implements Augmentation {

  @Override
  public Pixels apply(Pixels image, RandomGenerator random) {
    int magnitude = Draw.index(random, OperationTable.MOST + 1);
    return OperationTable.TRIVIAL_AUGMENT.apply(image, magnitude, random);
  }

  @Override
  public String description() {
    return "TrivialAugment";
  }
}
