package dev.finetune.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The class probabilities of one image.
 *
 * @param classNames the names of all classes
 * @param probabilities the probability of each class, from 0 to 1
 */
public record Prediction(List<String> classNames, List<Double> probabilities) {

  /**
   * Creates a prediction. Copies the lists.
   *
   * @param classNames the names of all classes
   * @param probabilities the probability of each class, from 0 to 1
   * @throws IllegalArgumentException if the lists have different sizes, or a probability is outside
   *     its range
   */
  public Prediction {
    classNames = List.copyOf(classNames);
    probabilities = List.copyOf(probabilities);
    checkArgument(
        classNames.size() == probabilities.size(),
        "probabilities must have one value per class (%s), got %s",
        classNames.size(),
        probabilities.size());
    for (double probability : probabilities) {
      checkArgument(
          probability >= 0 && probability <= 1,
          "probabilities must be in [0, 1], got %s",
          probabilities);
    }
  }

  /**
   * A class and its probability.
   *
   * @param index the index of the class in {@link Prediction#classNames}
   * @param className the name of the class
   * @param probability from 0 to 1
   */
  public record Score(int index, String className, double probability) {}

  /** {@return the most probable class; the first of equals} */
  public Score best() {
    return top(1).get(0);
  }

  /**
   * {@return the most probable classes, in descending order; the first of equals comes first}
   *
   * @param count how many classes, at least 0; all classes if there are fewer
   * @throws IllegalArgumentException if {@code count} is negative
   */
  public List<Score> top(int count) {
    return IntStream.range(0, classNames.size())
        .mapToObj(i -> new Score(i, classNames.get(i), probabilities.get(i)))
        .sorted(Comparator.comparingDouble(Score::probability).reversed())
        .limit(count)
        .toList();
  }

  /**
   * {@return the prediction for logits, by softmax}
   *
   * @param classNames the names of all classes
   * @param logits one finite value per class
   * @throws IllegalArgumentException if a logit is not finite, or their number does not fit the
   *     classes
   */
  public static Prediction ofLogits(List<String> classNames, float[] logits) {
    return new Prediction(
        classNames, Arrays.stream(Softmax.probabilities(logits)).boxed().toList());
  }
}
