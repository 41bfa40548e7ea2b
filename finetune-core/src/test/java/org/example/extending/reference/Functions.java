package org.example.extending.reference;

import dev.finetune.graph.layer.Activation;

/** Activations on the tape, with their derivatives. */
final class Functions {

  private Functions() {}

  static int apply(Tape tape, Activation activation, int of) {
    double x = tape.value(of);
    double s = 1 / (1 + Math.exp(-x));
    double hard = Math.max(0, Math.min(6, x + 3)) / 6;
    double slope = x > -3 && x < 3 ? 1.0 / 6 : 0;
    return switch (activation) {
      case LINEAR -> of;
      case RELU -> tape.function(of, Math.max(0, x), x > 0 ? 1 : 0);
      case RELU6 -> tape.function(of, Math.max(0, Math.min(6, x)), x > 0 && x < 6 ? 1 : 0);
      case LEAKY_RELU -> tape.function(of, x > 0 ? x : 0.01 * x, x > 0 ? 1 : 0.01);
      case ELU -> tape.function(of, x > 0 ? x : Math.exp(x) - 1, x > 0 ? 1 : Math.exp(x));
      case TANH -> tape.function(of, Math.tanh(x), 1 - Math.tanh(x) * Math.tanh(x));
      case SIGMOID -> tape.function(of, s, s * (1 - s));
      case SWISH -> tape.function(of, x * s, s + x * s * (1 - s));
      case HARD_SIGMOID -> tape.function(of, hard, slope);
      case HARD_SWISH -> tape.function(of, x * hard, hard + x * slope);
      case GELU -> gelu(tape, of, x);
      case SOFTMAX -> throw new IllegalArgumentException("Softmax is of a row");
    };
  }

  private static int gelu(Tape tape, int of, double x) {
    double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    double below = below(x, density);
    return tape.function(of, x * below, below + x * density);
  }

  /** The normal distribution under x: G. Marsaglia, "Evaluating the Normal Distribution", 2004. */
  private static double below(double x, double density) {
    if (Math.abs(x) > 8) {
      return x > 0 ? 1 : 0;
    }
    double sum = x;
    double before = 0;
    double term = x;
    for (int i = 3; sum != before; i += 2) {
      before = sum;
      term *= x * x / i;
      sum += term;
    }
    return 0.5 + sum * density;
  }

  /** Adds the exponentials of a row over their sum. */
  static int[] softmax(Tape tape, int... row) {
    int[] exponentials = new int[row.length];
    for (int i = 0; i < row.length; i++) {
      double e = Math.exp(tape.value(row[i]));
      exponentials[i] = tape.function(row[i], e, e);
    }
    int sum = tape.sum(1, exponentials);
    double total = tape.value(sum);
    int inverse = tape.function(sum, 1 / total, -1 / (total * total));
    int[] shares = new int[row.length];
    for (int i = 0; i < row.length; i++) {
      shares[i] = tape.product(exponentials[i], inverse);
    }
    return shares;
  }
}
