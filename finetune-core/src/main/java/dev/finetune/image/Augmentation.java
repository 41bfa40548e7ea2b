package dev.finetune.image;

import static com.google.common.base.Preconditions.checkNotNull;

import java.util.random.RandomGenerator;

/**
 * Changes an image at random in a way that keeps its class, so that a network sees more than it was
 * given. {@link Augmentations} has the stock ones.
 */
public interface Augmentation {

  /** A changed copy; one state of the generator gives one result. */
  Pixels apply(Pixels image, RandomGenerator random);

  /** What it does, with its settings: stored features are found by it. */
  String description();

  /** This one, then another. */
  default Augmentation then(Augmentation next) {
    return new Chained(this, next);
  }

  /** Two in a row. */
  record Chained(Augmentation first, Augmentation second) implements Augmentation {
    public Chained {
      checkNotNull(first, "The first augmentation is given, got null");
      checkNotNull(second, "The next augmentation is given, got null");
    }

    @Override
    public Pixels apply(Pixels image, RandomGenerator random) {
      return second.apply(first.apply(image, random), random);
    }

    @Override
    public String description() {
      return first.description() + ", " + second.description();
    }
  }
}
