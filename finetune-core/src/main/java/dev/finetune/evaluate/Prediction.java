package dev.finetune.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a classifier says of one image.
 *
 * @param classNames all classes
 * @param probabilities one for each class, 0 to 1, summing to 1
 */
public record Prediction(List<String> classNames, List<Double> probabilities) {

  public Prediction {
    classNames = List.copyOf(classNames);
    probabilities = List.copyOf(probabilities);
    checkArgument(
        classNames.size() == probabilities.size(),
        "There is a probability for each of the %s classes, got %s",
        classNames.size(),
        probabilities.size());
    for (double probability : probabilities) {
      checkArgument(
          probability >= 0 && probability <= 1,
          "Probabilities are from 0 to 1, got %s",
          probabilities);
    }
  }

  /**
   * One class and its probability.
   *
   * @param index the place of the class in the list of all
   */
  public record Score(int index, String className, double probability) {}

  /** The most probable class; the first of equals. */
  public Score best() {
    return top(1).get(0);
  }

  /** The {@code count} most probable classes, best first, or all if there are fewer. */
  public List<Score> top(int count) {
    return IntStream.range(0, classNames.size())
        .mapToObj(i -> new Score(i, classNames.get(i), probabilities.get(i)))
        .sorted(Comparator.comparingDouble(Score::probability).reversed())
        .limit(count)
        .toList();
  }

  /**
   * The prediction of these logits, by softmax.
   *
   * @throws IllegalArgumentException if a logit is not finite
   */
  public static Prediction ofLogits(List<String> classNames, float[] logits) {
    return new Prediction(
        classNames, Arrays.stream(Softmax.probabilities(logits)).boxed().toList());
  }
}
