package dev.finetune.internal.probe;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The classes that have an example in the training part of a fold. A model of these classes becomes
 * one of all classes: each class without an example has the probability 1 / (n + classes), where n
 * is the number of training examples (Laplace's rule of succession), and the others share the rest.
 */
final class PresentClasses {
  private final int[] positions;
  private final int count;
  private final double absent;

  /**
   * Creates a list of classes.
   *
   * @param positions the position of each class among those present; -1 for a class that is absent
   * @param count the number of classes present
   * @param absent the probability of a class that is absent
   */
  PresentClasses(int[] positions, int count, double absent) {
    this.positions = positions;
    this.count = count;
    this.absent = absent;
  }

  /** Returns the position of each class among those present; -1 for a class that is absent. */
  int[] positions() {
    return positions;
  }

  /** Returns the number of classes present. */
  int count() {
    return count;
  }

  /** Returns the probability of a class that is absent. */
  double absent() {
    return absent;
  }

  /** Returns the classes of the training examples. */
  static PresentClasses of(ProbeExamples examples, int[] train) {
    int[] positions = new int[examples.classes()];
    Arrays.fill(positions, -1);
    int[] present =
        Arrays.stream(train).map(i -> examples.labels()[i]).distinct().sorted().toArray();
    IntStream.range(0, present.length).forEach(k -> positions[present[k]] = k);
    return new PresentClasses(positions, present.length, 1.0 / (train.length + examples.classes()));
  }

  /** Returns the positions of labels; -1 for a label that is absent. */
  int[] positions(int[] labels) {
    return Arrays.stream(labels).map(label -> positions[label]).toArray();
  }

  /**
   * Returns log-probabilities of all classes.
   *
   * @param byClass those of the classes present, of shape (classes present, examples)
   * @return the log-probabilities, of shape (examples, classes)
   */
  float[][] everyClass(double[][] byClass) {
    double rest = Math.log(1 - (positions.length - count) * absent);
    float[][] all = new float[byClass[0].length][positions.length];
    for (int k = 0; k < positions.length; k++) {
      for (int x = 0; x < all.length; x++) {
        all[x][k] = (float) (positions[k] < 0 ? Math.log(absent) : byClass[positions[k]][x] + rest);
      }
    }
    return all;
  }
}
