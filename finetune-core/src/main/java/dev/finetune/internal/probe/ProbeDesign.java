package dev.finetune.internal.probe;

import java.util.Arrays;

/** Examples prepared for fits of several strengths: in coordinates of their {@link RowSpace}. */
final class ProbeDesign {

  private final RowSpace space;
  private final Matrix rows;
  private final int[] labels;
  private final double[] weights;
  private final int classes;

  /**
   * Prepares some examples.
   *
   * @param features the features of all examples
   * @param chosen the indices of the examples to fit
   * @param labels the class of every example
   * @param weights the weight of every example
   * @param classes the number of classes
   */
  ProbeDesign(float[][] features, int[] chosen, int[] labels, double[] weights, int classes) {
    this.space = RowSpace.of(features, chosen);
    int[] order = space.order();
    this.rows = space.columns().transposed(order.length);
    this.labels = Arrays.stream(order).map(i -> labels[i]).toArray();
    this.weights = Arrays.stream(order).mapToDouble(i -> weights[i]).toArray();
    this.classes = classes;
  }

  private int stride() {
    return space.rank() + 1;
  }

  /** Returns a point without weights, with the logarithm of each class's share as its bias. */
  double[] start() {
    double[] shares = new double[classes];
    for (int i = 0; i < labels.length; i++) {
      shares[labels[i]] += weights[i];
    }
    double sum = Arrays.stream(shares).sum();
    double[] point = new double[classes * stride()];
    for (int k = 0; k < classes; k++) {
      point[(k + 1) * stride() - 1] = shares[k] > 0 ? Math.log(shares[k] / sum) : 0;
    }
    return point;
  }

  private SoftmaxObjective objective(double strength) {
    return new SoftmaxObjective(space.columns(), rows, labels, weights, classes, strength);
  }

  /** Fits the model of a strength. */
  Lbfgs.Result fit(double strength, double[] start, Lbfgs minimizer) {
    SoftmaxObjective objective = objective(strength);
    objective.evaluate(start, new double[start.length]);
    return minimizer.minimize(objective, start, objective.curvature());
  }

  /**
   * Computes the log-probabilities of other examples.
   *
   * @param point the weights and biases in coordinates
   * @param others the coordinates of the examples, of shape (rank, examples)
   * @param count the number of examples
   * @return the log-probabilities, of shape (classes, examples)
   */
  double[][] logProbabilities(double[] point, Matrix others, int count) {
    return objective(1).logProbabilities(point, others, count);
  }

  /** Returns the coordinates of other examples. */
  Matrix coordinates(int[] examples) {
    return space.coordinates(examples);
  }

  /** Returns the model of raw features for a point. */
  SoftmaxModel model(double[] point) {
    double[] means = space.scaling().means();
    double[] factors = space.scaling().factors();
    double[][] raw = new double[classes][];
    double[] bias = new double[classes];
    for (int k = 0; k < classes; k++) {
      raw[k] = space.toFeatures(Arrays.copyOfRange(point, k * stride(), (k + 1) * stride() - 1));
      for (int j = 0; j < means.length; j++) {
        raw[k][j] *= factors[j];
      }
      bias[k] = point[(k + 1) * stride() - 1] - Products.dot(raw[k], means);
    }
    return new SoftmaxModel(raw, bias);
  }

  /** Returns the point that is closest to a model of raw features. */
  double[] point(SoftmaxModel model) {
    double[] means = space.scaling().means();
    double[] factors = space.scaling().factors();
    double[] point = new double[classes * stride()];
    for (int k = 0; k < classes; k++) {
      double[] scaled = model.weights()[k].clone();
      double bias = model.bias()[k] + Products.dot(scaled, means);
      for (int j = 0; j < means.length; j++) {
        scaled[j] = factors[j] == 0 ? 0 : scaled[j] / factors[j];
      }
      double[] coordinates = space.toCoordinates(scaled);
      System.arraycopy(coordinates, 0, point, k * stride(), coordinates.length);
      point[(k + 1) * stride() - 1] = bias;
    }
    return point;
  }
}
