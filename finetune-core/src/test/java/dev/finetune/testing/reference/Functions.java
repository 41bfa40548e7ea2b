package dev.finetune.testing.reference;

import dev.finetune.graph.layer.Activation;

/** Computes activations. */
final class Functions {

  private Functions() {}

  /**
   * Applies an element-wise activation.
   *
   * @param kinks receives the distance to points where the derivative is not continuous
   */
  static double apply(Activation activation, double x, Kinks kinks) {
    return switch (activation) {
      case LINEAR -> x;
      case RELU -> clipped(x, 0, Double.POSITIVE_INFINITY, kinks);
      case RELU6 -> clipped(x, 0, 6, kinks);
      case LEAKY_RELU -> leaky(x, kinks);
      case ELU -> x > 0 ? x : Math.expm1(x);
      case TANH -> Math.tanh(x);
      case SIGMOID -> sigmoid(x);
      case SWISH -> x * sigmoid(x);
      case HARD_SIGMOID -> clipped(x + 3, 0, 6, kinks) / 6;
      case HARD_SWISH -> x * clipped(x + 3, 0, 6, kinks) / 6;
      case GELU -> x / 2 * (1 + erf(x / Math.sqrt(2)));
      case SOFTMAX ->
          throw new IllegalArgumentException("The activation must be element-wise, got SOFTMAX");
    };
  }

  private static double clipped(double x, double min, double max, Kinks kinks) {
    kinks.near(x - min);
    kinks.near(x - max);
    return Math.min(Math.max(x, min), max);
  }

  private static double leaky(double x, Kinks kinks) {
    kinks.near(x);
    return x > 0 ? x : 0.01 * x;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** Computes the error function by a series whose terms have the same sign: none cancel. */
  static double erf(double x) {
    if (Math.abs(x) > 6) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  /** Replaces each row of {@code row} values by its softmax. */
  static void softmax(double[] all, int row) {
    for (int from = 0; from < all.length; from += row) {
      double sum = 0;
      for (int i = from; i < from + row; i++) {
        all[i] = Math.exp(all[i]);
        sum += all[i];
      }
      for (int i = from; i < from + row; i++) {
        all[i] /= sum;
      }
    }
  }
}
