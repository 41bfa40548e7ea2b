package dev.finetune.image;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.random.RandomGenerator;

/** Random operations of a fixed magnitude: {@link Augmentations#randAugment}. */
record RandAugment(int count, int magnitude) implements Augmentation {

  RandAugment {
    checkArgument(count >= 1 && count <= 20, "count must be from 1 to 20, got %s", count);
    checkArgument(
        magnitude >= 0 && magnitude <= OperationTable.MOST,
        "magnitude must be from 0 to %s, got %s",
        OperationTable.MOST,
        magnitude);
  }

  @Override
  public Pixels apply(Pixels image, RandomGenerator random) {
    Pixels changed = image;
    for (int i = 0; i < count; i++) {
      changed = OperationTable.RAND_AUGMENT.apply(changed, magnitude, random);
    }
    return changed;
  }

  @Override
  public String description() {
    return "RandAugment " + count + " of magnitude " + magnitude;
  }
}
