package dev.finetune.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The probabilities of the tags of one image. They are independent of each other: their sum is not
 * 1.
 *
 * @param thresholds the names of all tags, and the probability from which each is predicted
 * @param probabilities the probability of each tag, from 0 to 1
 */
public record TagPrediction(Thresholds thresholds, List<Double> probabilities) {

  /**
   * Creates a prediction. Copies the list.
   *
   * @param thresholds the names of all tags, and the probability from which each is predicted
   * @param probabilities the probability of each tag, from 0 to 1
   * @throws IllegalArgumentException if there is not one probability per tag, or one is outside its
   *     range
   */
  public TagPrediction {
    probabilities = ImmutableList.copyOf(probabilities);
    checkArgument(
        probabilities.size() == thresholds.tagNames().size(),
        "probabilities must have one value per tag (%s), got %s",
        thresholds.tagNames().size(),
        probabilities.size());
    for (double probability : probabilities) {
      checkArgument(
          probability >= 0 && probability <= 1,
          "probabilities must be in [0, 1], got %s",
          probabilities);
    }
  }

  /**
   * {@return the prediction for logits, by the logistic function}
   *
   * @param thresholds the names of all tags, and the probability from which each is predicted
   * @param logits one value per tag
   * @throws IllegalArgumentException if the number of logits does not fit the tags, or one is NaN
   */
  public static TagPrediction ofLogits(Thresholds thresholds, float[] logits) {
    List<Double> probabilities = new ArrayList<>(logits.length);
    for (float logit : logits) {
      probabilities.add(TagEvaluation.probability(logit));
    }
    return new TagPrediction(thresholds, probabilities);
  }

  /** {@return the names of all tags, in the order of the probabilities} */
  public List<String> tagNames() {
    return thresholds.tagNames();
  }

  /** {@return the names of the predicted tags, in the order of {@link #tagNames}; may be empty} */
  public List<String> tags() {
    return IntStream.range(0, probabilities.size())
        .filter(tag -> thresholds.predicts(tag, probabilities.get(tag)))
        .mapToObj(tagNames()::get)
        .toList();
  }

  /**
   * {@return the probability of a tag, from 0 to 1}
   *
   * @param tagName the name of the tag
   * @throws IllegalArgumentException if there is no such tag
   */
  public double probability(String tagName) {
    int tag = tagNames().indexOf(tagName);
    checkArgument(tag >= 0, "tagName must be one of %s, got %s", tagNames(), tagName);
    return probabilities.get(tag);
  }
}
