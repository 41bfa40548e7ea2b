package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.annotation.Experimental;
import java.util.Map;

/** The choice and order of the training images in an epoch. Implementations are immutable. */
@Experimental
public interface Sampling {

  /** {@return the name for reports and provenance, such as {@code shuffled}} */
  String name();

  /** {@return all settings by name, enough to create the sampling again} */
  Map<String, Double> settings();

  /** {@return whether the order depends on the labels, so that every image must have a class} */
  boolean needsClasses();

  /**
   * {@return the indices of the images of an epoch, in order} There are as many as images; they may
   * repeat. Equal arguments give equal orders.
   *
   * @param labels the label of each image, at least 0; any values if {@link #needsClasses} is false
   * @param seed the seed of the epoch
   */
  int[] order(int[] labels, long seed);

  /** {@return the sampling that takes every image once, in a random order} */
  static Sampling shuffled() {
    return ShuffledSampling.INSTANCE;
  }

  /**
   * {@return the sampling that takes every class equally often, within one} An epoch has as many
   * images as the dataset. It consists of rounds in which every class is drawn once, in random
   * order. An image is not repeated before all images of its class have been drawn. Of a class with
   * more images than that, every epoch draws another random part.
   */
  static Sampling balanced() {
    return BalancedSampling.INSTANCE;
  }

  /**
   * Parses the notation of the command line: {@code shuffled} or {@code balanced}.
   *
   * @param notation the notation
   * @return the sampling
   * @throws IllegalArgumentException if there is no such sampling
   */
  static Sampling parse(String notation) {
    boolean balanced = notation.equals(balanced().name());
    checkArgument(
        balanced || notation.equals(shuffled().name()),
        "A sampling must be shuffled or balanced, got \"%s\"",
        notation);
    return balanced ? balanced() : shuffled();
  }
}
