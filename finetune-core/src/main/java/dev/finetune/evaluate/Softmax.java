package dev.finetune.evaluate;

/** Softmax and cross-entropy of logits, in double precision and without overflow. */
public final class Softmax {

  private Softmax() {}

  /** exp(logit) over the sum of all of them. */
  public static double[] probabilities(float[] logits) {
    double logSum = logSumExp(logits);
    double[] p = new double[logits.length];
    for (int i = 0; i < p.length; i++) {
      p[i] = Math.exp(logits[i] - logSum);
    }
    return p;
  }

  /** The negative log probability of a class, in nats. */
  public static double crossEntropy(float[] logits, int label) {
    return logSumExp(logits) - logits[label];
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
