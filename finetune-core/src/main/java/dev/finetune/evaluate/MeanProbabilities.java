package dev.finetune.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * An accumulator of the class probabilities of several outputs for one image, such as those for its
 * views: their arithmetic mean, in double precision. Not safe for use from several threads.
 */
public final class MeanProbabilities {

  private final double[] sums;
  private int count;

  /**
   * Creates an accumulator without outputs.
   *
   * @param classes the number of classes
   */
  public MeanProbabilities(int classes) {
    this.sums = new double[classes];
  }

  /**
   * Adds the softmax of an output.
   *
   * @param logits one finite value per class
   * @throws IllegalArgumentException if the number of logits does not fit the classes, or a logit
   *     is not finite
   */
  public void add(float[] logits) {
    checkArgument(
        logits.length == sums.length,
        "logits must have one value per class (%s), got %s",
        sums.length,
        logits.length);
    double[] probabilities = Softmax.probabilities(logits);
    for (int i = 0; i < sums.length; i++) {
      sums[i] += probabilities[i];
    }
    count++;
  }

  /**
   * {@return the mean of the softmax of the added outputs, from 0 to 1 for each class}
   *
   * @throws IllegalArgumentException if no output was added
   */
  public double[] result() {
    checkArgument(count > 0, "A mean must have at least one output, got none");
    double[] means = new double[sums.length];
    for (int i = 0; i < means.length; i++) {
      means[i] = sums[i] / count;
    }
    return means;
  }

  /**
   * {@return the natural logarithms of probabilities} They are logits: softmax of them gives the
   * probabilities, up to the rounding of float32.
   *
   * @param probabilities one value per class; 0 counts as {@link Double#MIN_VALUE}, so that results
   *     are finite, at least -745
   */
  public static float[] logits(double[] probabilities) {
    float[] logits = new float[probabilities.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) log(probabilities[i]);
    }
    return logits;
  }

  static double log(double probability) {
    return Math.log(Math.max(probability, Double.MIN_VALUE));
  }
}
