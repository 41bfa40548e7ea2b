package dev.finetune.internal.probe;

/** A linear classifier of raw features. */
public final class SoftmaxModel {
  private final double[][] weights;
  private final double[] bias;

  /**
   * Creates a classifier.
   *
   * @param weights the weights, of shape (classes, features)
   * @param bias the bias of each class
   */
  public SoftmaxModel(double[][] weights, double[] bias) {
    this.weights = weights;
    this.bias = bias;
  }

  /** Returns the weights, of shape (classes, features). */
  public double[][] weights() {
    return weights;
  }

  /** Returns the bias of each class. */
  public double[] bias() {
    return bias;
  }

  /** Returns the logits of an example. */
  public double[] logits(float[] features) {
    double[] logits = bias.clone();
    for (int k = 0; k < logits.length; k++) {
      double sum = 0;
      for (int j = 0; j < features.length; j++) {
        sum += weights[k][j] * features[j];
      }
      logits[k] += sum;
    }
    return logits;
  }
}
