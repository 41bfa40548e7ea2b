package dev.finetune.evaluate;

import dev.finetune.weights.Finite;

/** Softmax and cross-entropy of logits, in double precision and without overflow. */
public final class Softmax {

  private Softmax() {}

  /**
   * {@return exp(logit) divided by the sum of exp over all logits, for each class}
   *
   * @param logits one finite value per class
   * @throws IllegalArgumentException if a logit is not finite
   */
  public static double[] probabilities(float[] logits) {
    requireFinite(logits);
    double logSum = logSumExp(logits);
    double[] p = new double[logits.length];
    for (int i = 0; i < p.length; i++) {
      p[i] = Math.exp(logits[i] - logSum);
    }
    return p;
  }

  /**
   * {@return the negative log probability of a class, in nats}
   *
   * @param logits one finite value per class
   * @param label the index of the class
   * @throws IndexOutOfBoundsException if there is no such class
   */
  public static double crossEntropy(float[] logits, int label) {
    return logSumExp(logits) - logits[label];
  }

  /**
   * Checks that logits are finite.
   *
   * @param logits one value per class
   * @throws IllegalArgumentException if a logit is NaN or infinite
   */
  public static void requireFinite(float[] logits) {
    Finite.first(logits)
        .ifPresent(
            at -> {
              throw new IllegalArgumentException(
                  "logits must be finite, got " + logits[at] + " for class " + at);
            });
  }

  private static double logSumExp(float[] logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - max);
    }
    return max + Math.log(sum);
  }
}
