package dev.finetune.image;

import static com.google.common.base.Preconditions.checkNotNull;

import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A random change of an image that keeps its class. It shows a network more variety than the
 * training images have. {@link Augmentations} has the built-in ones. Implementations are immutable
 * and safe for use from several threads.
 */
public interface Augmentation {

  /**
   * {@return a changed copy of an image} The result depends on the image and the state of the
   * generator only.
   *
   * @param image the image, at its original size; not changed
   * @param random the only source of randomness
   */
  Pixels apply(Pixels image, RandomGenerator random);

  /**
   * {@return a description with all settings} It is part of the key of stored features, so
   * different changes must have different descriptions.
   */
  String description();

  /**
   * {@return the notation of the command line, such as {@code signs}; empty if there is none}
   * {@link Augmentations#parse} returns an augmentation with the same description.
   */
  default Optional<String> notation() {
    return Optional.empty();
  }

  /**
   * {@return an augmentation that applies this one and then another}
   *
   * @param next the augmentation to apply second
   * @throws NullPointerException if {@code next} is null
   */
  default Augmentation then(Augmentation next) {
    return new Chained(this, next);
  }

  /**
   * {@return an augmentation that applies this one to a random part of the images}
   *
   * @param probability the probability that an image is changed, in [0, 1]
   * @throws IllegalArgumentException if the probability is outside its range
   */
  default Augmentation sometimes(double probability) {
    return new Sometimes(this, probability);
  }

  /**
   * Two augmentations in sequence.
   *
   * @param first the augmentation to apply first
   * @param second the augmentation to apply second
   */
  record Chained(Augmentation first, Augmentation second) implements Augmentation {
    /**
     * Creates a sequence.
     *
     * @param first the augmentation to apply first
     * @param second the augmentation to apply second
     * @throws NullPointerException if one is null
     */
    public Chained {
      checkNotNull(first, "first augmentation must not be null");
      checkNotNull(second, "next augmentation must not be null");
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
