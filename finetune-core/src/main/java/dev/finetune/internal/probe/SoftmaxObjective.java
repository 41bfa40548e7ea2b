package dev.finetune.internal.probe;

import java.util.Arrays;

/**
 * The objective of multinomial logistic regression: sum of w<sub>i</sub> CE<sub>i</sub> / sum of
 * w<sub>i</sub> + |W|<sup>2</sup> / (2 C sum of w<sub>i</sub>), where CE is the cross-entropy. It
 * is the objective of scikit-learn's {@code LogisticRegression}, C times the weighted sum plus half
 * the squared norm, divided by C and the sum of the weights. The biases are not penalised.
 *
 * <p>A point has the weights and then the bias of the first class, those of the second, and so on.
 */
final class SoftmaxObjective implements Lbfgs.Objective {

  /** A bound that keeps the estimated curvature positive where the fit is perfect. */
  private static final double LEAST_SPREAD = 1e-6;

  private final Matrix columns;
  private final Matrix rows;
  private final int[] labels;
  private final double[] weights;
  private final int classes;
  private final double penalty;
  private final double[][] factors;
  private final double[][] logits;
  private final double[][] gradients;
  private final double[] losses;

  /**
   * Creates an objective.
   *
   * @param columns the features, of shape (features, examples)
   * @param rows the features, of shape (examples, features)
   * @param labels the class of each example
   * @param weights the weight of each example
   * @param classes the number of classes
   * @param strength the inverse strength C of the regularisation
   */
  SoftmaxObjective(
      Matrix columns, Matrix rows, int[] labels, double[] weights, int classes, double strength) {
    double sum = Arrays.stream(weights).sum();
    this.columns = columns;
    this.rows = rows;
    this.labels = labels;
    this.weights = Arrays.stream(weights).map(w -> w / sum).toArray();
    this.classes = classes;
    this.penalty = 1 / (strength * sum);
    this.factors = new double[classes][];
    this.logits = new double[classes][labels.length];
    this.gradients = new double[classes][columns.rows().length];
    this.losses = new double[labels.length];
  }

  private int features() {
    return columns.rows().length;
  }

  @Override
  public double evaluate(double[] point, double[] gradient) {
    int stride = features() + 1;
    for (int k = 0; k < classes; k++) {
      factors[k] = Arrays.copyOfRange(point, k * stride, (k + 1) * stride);
    }
    Tiles.forEach(labels.length, this::residuals);
    Tiles.forEach(features(), this::products);
    double value = 0;
    for (double loss : losses) {
      value += loss;
    }
    double squares = 0;
    for (int k = 0; k < classes; k++) {
      int at = k * stride;
      for (int j = 0; j < features(); j++) {
        gradient[at + j] = gradients[k][j] + penalty * point[at + j];
      }
      factors[k][features()] = 0;
      squares += Products.dot(factors[k], factors[k]);
      double bias = 0;
      for (double residual : logits[k]) {
        bias += residual;
      }
      gradient[at + features()] = bias;
    }
    return value + penalty * squares / 2;
  }

  /** Computes losses, and overwrites logits with their gradient, for a tile of examples. */
  private void residuals(int from, int to) {
    logits(columns, factors, logits, from, to);
    for (int x = from; x < to; x++) {
      losses[x] = -logits[labels[x]][x];
    }
    double[] largest = largest(logits, from, to);
    double[] sums = new double[to - from];
    for (double[] logit : logits) {
      for (int x = from; x < to; x++) {
        logit[x] = Math.exp(logit[x] - largest[x - from]);
        sums[x - from] += logit[x];
      }
    }
    for (int x = from; x < to; x++) {
      losses[x] = weights[x] * (losses[x] + largest[x - from] + Math.log(sums[x - from]));
      sums[x - from] = weights[x] / sums[x - from];
    }
    for (double[] residual : logits) {
      for (int x = from; x < to; x++) {
        residual[x] *= sums[x - from];
      }
    }
    for (int x = from; x < to; x++) {
      logits[labels[x]][x] -= weights[x];
    }
  }

  /** Returns the largest logit of each example. */
  private static double[] largest(double[][] logits, int from, int to) {
    double[] largest = Arrays.copyOfRange(logits[0], from, to);
    for (double[] logit : logits) {
      for (int x = from; x < to; x++) {
        largest[x - from] = Math.max(largest[x - from], logit[x]);
      }
    }
    return largest;
  }

  /** Computes the gradients of a tile of features. */
  private void products(int from, int to) {
    for (double[] gradient : gradients) {
      Arrays.fill(gradient, from, to, 0);
    }
    Products.multiplyAdd(gradients, 0, classes, logits, rows, labels.length, from, to);
  }

  /**
   * Computes logits for some examples.
   *
   * @param columns the features, of shape (features, examples)
   * @param factors the weights of each class, then its bias
   * @param logits receives the logits, of shape (classes, examples)
   */
  private static void logits(
      Matrix columns, double[][] factors, double[][] logits, int from, int to) {
    int features = columns.rows().length;
    for (int k = 0; k < logits.length; k++) {
      Arrays.fill(logits[k], from, to, factors[k][features]);
    }
    Products.multiplyAdd(logits, 0, logits.length, factors, columns, features, from, to);
  }

  /**
   * Computes the log-probabilities of other examples.
   *
   * @param point the weights and biases
   * @param others their features, of shape (features, examples)
   * @param count the number of examples
   * @return the log-probabilities, of shape (classes, examples)
   */
  double[][] logProbabilities(double[] point, Matrix others, int count) {
    int stride = features() + 1;
    double[][] model = new double[classes][];
    for (int k = 0; k < classes; k++) {
      model[k] = Arrays.copyOfRange(point, k * stride, (k + 1) * stride);
    }
    double[][] values = new double[classes][count];
    Tiles.forEach(count, (from, to) -> logits(others, model, values, from, to));
    double[] largest = largest(values, 0, count);
    double[] sums = new double[count];
    for (double[] value : values) {
      for (int x = 0; x < count; x++) {
        sums[x] += Math.exp(value[x] - largest[x]);
      }
    }
    for (double[] value : values) {
      for (int x = 0; x < count; x++) {
        value[x] -= largest[x] + Math.log(sums[x]);
      }
    }
    return values;
  }

  /**
   * Estimates the diagonal of the Hessian at the point of the last evaluation: the mean of p (1 -
   * p) over examples times the mean square of a feature, plus the penalty.
   */
  double[] curvature() {
    int stride = features() + 1;
    double[] squares = new double[features()];
    for (int j = 0; j < features(); j++) {
      double[] column = columns.rows()[j];
      for (int x = 0; x < column.length; x++) {
        squares[j] += weights[x] * column[x] * column[x];
      }
    }
    double[] curvature = new double[classes * stride];
    for (int k = 0; k < classes; k++) {
      double spread = 0;
      for (int x = 0; x < labels.length; x++) {
        if (weights[x] > 0) {
          double p = logits[k][x] / weights[x] + (labels[x] == k ? 1 : 0);
          spread += weights[x] * p * (1 - p);
        }
      }
      spread = Math.max(spread, LEAST_SPREAD);
      for (int j = 0; j < features(); j++) {
        curvature[k * stride + j] = spread * squares[j] + penalty;
      }
      curvature[k * stride + features()] = spread;
    }
    return curvature;
  }
}
