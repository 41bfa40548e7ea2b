package dev.finetune.loss;

/** Losses that are the mean of a function of each output and its target. */
final class PerOutput {

  private PerOutput() {}

  /** The loss of one output. */
  interface Element {

    /** Returns the loss of an output. */
    double loss(double output, int example, int index);

    /** Returns the derivative of the loss of an output with respect to the output. */
    double slope(double output, int example, int index);
  }

  /**
   * Returns the mean over the examples of weight * mean loss of the example's outputs, and computes
   * its gradient.
   */
  static double mean(float[][] outputs, Targets targets, float[][] gradients, Element element) {
    targets.requireFor(outputs);
    double sum = 0;
    for (int i = 0; i < outputs.length; i++) {
      float[] row = outputs[i];
      double weight = targets.weight(i);
      double share = weight / row.length / outputs.length;
      double loss = 0;
      for (int j = 0; j < row.length; j++) {
        loss += element.loss(row[j], i, j);
        gradients[i][j] = (float) (share * element.slope(row[j], i, j));
      }
      sum += weight * loss / row.length;
    }
    return sum / outputs.length;
  }
}
