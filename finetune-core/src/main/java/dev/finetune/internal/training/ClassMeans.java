package dev.finetune.internal.training;

import dev.finetune.engine.Batch;
import dev.finetune.evaluate.Softmax;
import dev.finetune.loss.Targets;
import java.util.stream.IntStream;

/** The mean of the softmax of a network's outputs over the images of each class. */
final class ClassMeans {

  private ClassMeans() {}

  /**
   * Computes the means. The sums are in double precision and in the order of the images.
   *
   * @param learner computes the outputs
   * @param examples the inputs of the learner's network
   * @param targets the class of each example; each class has one
   * @param classes the number of classes
   * @param outputs the number of outputs
   * @param batch the number of examples to compute at a time
   * @return the means by class and then by output; each row adds up to 1
   */
  static double[][] of(
      Learner learner, Examples examples, Targets targets, int classes, int outputs, int batch) {
    double[][] means = new double[classes][outputs];
    int[] counts = new int[classes];
    int[] order = IntStream.range(0, examples.size()).toArray();
    try (Examples.Cursor cursor = examples.open(order, 0, 0)) {
      for (int from = 0; from < order.length; from += batch) {
        Batch next = cursor.batch(Math.min(batch, order.length - from));
        float[][] logits = learner.network().logits(next);
        for (int i = 0; i < logits.length; i++) {
          int label = targets.label(from + i);
          double[] probabilities = Softmax.probabilities(logits[i]);
          for (int j = 0; j < outputs; j++) {
            means[label][j] += probabilities[j];
          }
          counts[label]++;
        }
      }
    }
    for (int label = 0; label < classes; label++) {
      for (int j = 0; j < outputs; j++) {
        means[label][j] /= counts[label];
      }
    }
    return means;
  }
}
