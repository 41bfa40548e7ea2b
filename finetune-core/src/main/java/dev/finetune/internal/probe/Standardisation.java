package dev.finetune.internal.probe;

/**
 * The scaling of features to mean 0 and standard deviation 1 over examples; the deviation is that
 * of the population, as in scikit-learn's StandardScaler. A constant feature becomes 0.
 */
final class Standardisation {
  private final double[] means;
  private final double[] factors;

  /**
   * Creates a scaling.
   *
   * @param means the mean of each feature
   * @param factors one over the standard deviation of each feature; 0 for a constant feature
   */
  Standardisation(double[] means, double[] factors) {
    this.means = means;
    this.factors = factors;
  }

  /** Returns the mean of each feature. */
  double[] means() {
    return means;
  }

  /** Returns one over the standard deviation of each feature; 0 for a constant feature. */
  double[] factors() {
    return factors;
  }

  /**
   * Computes the scaling of some examples.
   *
   * @param features the features of all examples
   * @param chosen the indices of the examples, at least one
   */
  static Standardisation of(float[][] features, int[] chosen) {
    float[] first = features[chosen[0]];
    double[] means = new double[first.length];
    double[] squares = new double[first.length];
    boolean[] vary = new boolean[first.length];
    for (int i : chosen) {
      float[] values = features[i];
      for (int j = 0; j < means.length; j++) {
        means[j] += values[j];
        vary[j] |= values[j] != first[j];
      }
    }
    for (int j = 0; j < means.length; j++) {
      means[j] /= chosen.length;
    }
    for (int i : chosen) {
      float[] values = features[i];
      for (int j = 0; j < means.length; j++) {
        double difference = values[j] - means[j];
        squares[j] += difference * difference;
      }
    }
    double[] factors = new double[means.length];
    for (int j = 0; j < means.length; j++) {
      factors[j] = vary[j] ? 1 / Math.sqrt(squares[j] / chosen.length) : 0;
    }
    return new Standardisation(means, factors);
  }

  /** Returns the scaled features of an example. */
  double[] apply(float[] values) {
    double[] scaled = new double[means.length];
    for (int j = 0; j < scaled.length; j++) {
      scaled[j] = (values[j] - means[j]) * factors[j];
    }
    return scaled;
  }

  /**
   * Returns the scaled features of some examples, of shape (features, to - from).
   *
   * @param features the features of all examples
   * @param chosen the indices of the examples
   * @param from the first index into {@code chosen}
   * @param to the index after the last
   */
  double[][] columns(float[][] features, int[] chosen, int from, int to) {
    double[][] columns = new double[means.length][to - from];
    for (int x = from; x < to; x++) {
      float[] values = features[chosen[x]];
      for (int j = 0; j < columns.length; j++) {
        columns[j][x - from] = (values[j] - means[j]) * factors[j];
      }
    }
    return columns;
  }
}
