package dev.finetune.internal.onednn;

import dev.finetune.internal.network.TrainableNetwork;
import java.util.Objects;

/** Softmax and mean cross-entropy over a batch of logits, in double precision. */
final class CrossEntropy {

  private CrossEntropy() {}

  /**
   * The share in a batch's loss, and how many are right.
   *
   * @param logits row by row; overwritten with the gradient of the loss with respect to them
   * @param batch how many examples the loss is the mean of: these, and those of other shards
   * @throws IndexOutOfBoundsException if a label is not from 0 to the number of classes - 1; it
   *     would be a place in another row
   */
  static TrainableNetwork.Step apply(float[] logits, int[] labels, int batch) {
    int classes = logits.length / labels.length;
    for (int label : labels) {
      Objects.checkIndex(label, classes);
    }
    double loss = 0;
    int correct = 0;
    for (int i = 0; i < labels.length; i++) {
      int from = i * classes;
      int best = from;
      for (int j = from; j < from + classes; j++) {
        best = logits[j] > logits[best] ? j : best;
      }
      // The largest logit is subtracted so that no exponential overflows.
      double largest = logits[best];
      double sum = 0;
      for (int j = from; j < from + classes; j++) {
        sum += Math.exp(logits[j] - largest);
      }
      int label = from + labels[i];
      loss += Math.log(sum) + largest - logits[label];
      correct += best == label ? 1 : 0;
      for (int j = from; j < from + classes; j++) {
        double target = j == label ? 1 : 0;
        logits[j] = (float) ((Math.exp(logits[j] - largest) / sum - target) / batch);
      }
    }
    return new TrainableNetwork.Step(loss / batch, correct);
  }
}
