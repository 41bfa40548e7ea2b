package dev.finetune.internal.probe;

import dev.finetune.internal.probe.StrengthSearch.Row;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The last layer of a network, fitted to the features before it. */
public final class LinearProbe {

  private LinearProbe() {}

  /**
   * The examples of a fit.
   *
   * @param features the features of each example, finite
   * @param labels the class of each example
   * @param weights the weight of each example in the loss, at least 0
   * @param names a name of each example for messages
   * @param classes the number of classes
   */
  public record Examples(
      float[][] features, int[] labels, double[] weights, List<String> names, int classes) {}

  /**
   * The fitted layer.
   *
   * @param kernel the weights by feature and then by class
   * @param bias the bias of each class
   * @param strength the strength of the regularisation
   * @param summary how the strength was chosen, for reports
   */
  public record Layer(float[] kernel, float[] bias, double strength, String summary) {}

  /**
   * Chooses the strength by cross-validation and fits the layer with it.
   *
   * @param foldOf the fold of each example
   * @param threads the number of threads; they do not change the result
   * @throws IllegalArgumentException if a feature is not finite, or a class has no example of
   *     positive weight
   */
  public static Layer fit(Examples given, int[] foldOf, int threads) {
    ProbeExamples examples = examples(given);
    StrengthSearch.Choice choice = StrengthSearch.defaults().choose(examples, foldOf, threads);
    Row row =
        choice.table().stream()
            .filter(r -> r.strength() == choice.strength())
            .findFirst()
            .orElseThrow();
    return fit(
        examples,
        choice.strength(),
        threads,
        String.format(
            Locale.ROOT,
            "strength %.3g, chosen by cross-validation over %d folds with the loss %.4f and the"
                + " accuracy %.4f",
            choice.strength(),
            Arrays.stream(foldOf).max().orElse(0) + 1,
            row.loss(),
            row.accuracy()));
  }

  /**
   * Fits the layer with a given strength.
   *
   * @param threads the number of threads; they do not change the result
   * @throws IllegalArgumentException if a feature is not finite, or a class has no example of
   *     positive weight
   */
  public static Layer fit(Examples given, double strength, int threads) {
    return fit(
        examples(given),
        strength,
        threads,
        String.format(Locale.ROOT, "strength %.3g, given", strength));
  }

  private static ProbeExamples examples(Examples given) {
    return new ProbeExamples(
        given.features(), given.labels(), given.weights(), given.names(), given.classes());
  }

  private static Layer fit(ProbeExamples examples, double strength, int threads, String summary) {
    SoftmaxModel model = SoftmaxRegression.of(strength).fit(examples, threads).model();
    int classes = examples.classes();
    float[] kernel = new float[examples.width() * classes];
    float[] bias = new float[classes];
    for (int k = 0; k < classes; k++) {
      bias[k] = (float) model.bias()[k];
      for (int j = 0; j < examples.width(); j++) {
        kernel[j * classes + k] = (float) model.weights()[k][j];
      }
    }
    return new Layer(kernel, bias, strength, summary);
  }
}
