package dev.finetune.internal.probe;

/**
 * A linear classifier of raw features.
 *
 * @param weights the weights, of shape (classes, features)
 * @param bias the bias of each class
 */
@SuppressWarnings("ArrayRecordComponent") // large, and not copied
public record SoftmaxModel(double[][] weights, double[] bias) {

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
