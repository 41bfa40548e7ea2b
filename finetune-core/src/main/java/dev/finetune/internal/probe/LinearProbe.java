package dev.finetune.internal.probe;

import dev.finetune.internal.probe.StrengthSearch.Row;
import java.util.Arrays;
import java.util.Locale;

/** The last layer of a network, fitted to the features before it. */
public final class LinearProbe {

  private LinearProbe() {}

  /**
   * The fitted layer.
   *
   * @param model the weights and biases
   * @param strength the strength of the regularisation
   * @param summary how the strength was chosen, for reports
   */
  public record Layer(SoftmaxModel model, double strength, String summary) {}

  /**
   * Chooses the strength by cross-validation and fits the layer with it.
   *
   * @param foldOf the fold of each example
   * @param threads the number of threads; they do not change the result
   * @throws IllegalArgumentException if a class has no example of positive weight
   */
  public static Layer fit(ProbeExamples examples, int[] foldOf, int threads) {
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
   * @throws IllegalArgumentException if a class has no example of positive weight
   */
  public static Layer fit(ProbeExamples examples, double strength, int threads) {
    return fit(
        examples, strength, threads, String.format(Locale.ROOT, "strength %.3g, given", strength));
  }

  private static Layer fit(ProbeExamples examples, double strength, int threads, String summary) {
    return new Layer(
        SoftmaxRegression.of(strength).fit(examples, threads).model(), strength, summary);
  }
}
