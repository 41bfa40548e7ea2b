package dev.finetune.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import java.util.Collections;
import java.util.List;

/**
 * The probability from which each tag is predicted.
 *
 * @param tagNames the names of the tags
 * @param probabilities the threshold of each tag, from 0 to 1
 */
public record Thresholds(List<String> tagNames, List<Double> probabilities) {

  /** The threshold of tags for which none was fitted. */
  static final double HALF = 0.5;

  /**
   * Creates thresholds. Copies the lists.
   *
   * @param tagNames the names of the tags
   * @param probabilities the threshold of each tag, from 0 to 1
   * @throws IllegalArgumentException if the lists have different sizes, or a threshold is outside
   *     its range
   */
  public Thresholds {
    tagNames = ImmutableList.copyOf(tagNames);
    probabilities = ImmutableList.copyOf(probabilities);
    checkArgument(
        tagNames.size() == probabilities.size(),
        "thresholds must have one value per tag (%s), got %s",
        tagNames.size(),
        probabilities.size());
    for (double probability : probabilities) {
      checkArgument(
          probability >= 0 && probability <= 1,
          "thresholds must be in [0, 1], got %s",
          probabilities);
    }
  }

  /**
   * {@return the threshold 0.5 for every tag}
   *
   * @param tagNames the names of the tags
   */
  public static Thresholds half(List<String> tagNames) {
    return new Thresholds(tagNames, Collections.nCopies(tagNames.size(), HALF));
  }

  /**
   * Chooses for each tag the threshold with the highest F1. It is midway between neighbouring
   * probabilities of the evaluated images, or between the lowest and 0. Of thresholds with the same
   * F1, it is the highest. Tags without images have the threshold 0.5.
   *
   * <p>The results on the same images are too good. Fit thresholds on validation images, and
   * evaluate them on others.
   *
   * @param evaluation the outputs on validation images
   * @return the thresholds
   */
  public static Thresholds fit(TagEvaluation evaluation) {
    return new Thresholds(evaluation.tagNames(), evaluation.bestThresholds());
  }

  /**
   * {@return whether a tag is predicted} It is if its probability is at least the threshold.
   *
   * @param tag the index of the tag
   * @param probability the probability of the tag
   * @throws IndexOutOfBoundsException if there is no such tag
   */
  public boolean predicts(int tag, double probability) {
    return probability >= probabilities.get(tag);
  }
}
