package dev.finetune.testing.reference;

import dev.finetune.engine.Batch;
import dev.finetune.graph.layer.ParameterRole;

/**
 * Derivatives of a weighted sum of the logits of a network, by central differences.
 *
 * <p>With a step of 1e-6, the truncation error is about 1e-13 times the third derivative. The sum
 * is rounded to a relative error of 1e-16, which gives an error of 1e-10 for a derivative of the
 * same size. Both are far below the rounding of float32, 6e-8.
 */
public final class FiniteDifferences {

  /** The step to each side. */
  public static final double STEP = 1e-6;

  private final Reference network;
  private final Batch batch;
  private final float[][] factors;

  /**
   * Creates the derivatives of a network for a batch.
   *
   * @param factors the factor of each logit, by example, then by logit
   */
  public FiniteDifferences(Reference network, Batch batch, float[][] factors) {
    this.network = network;
    this.batch = batch;
    this.factors = factors;
  }

  /** Returns the network that is differentiated. */
  public Reference network() {
    return network;
  }

  /** Returns the derivative with respect to a tensor along a direction. */
  public double derivative(String layer, ParameterRole role, double[] direction) {
    double[] values = network.weights().of(layer, role);
    double[] before = values.clone();
    double[] sums = new double[2];
    for (int side = 0; side < 2; side++) {
      double step = side == 0 ? STEP : -STEP;
      for (int i = 0; i < values.length; i++) {
        values[i] = before[i] + step * direction[i];
      }
      sums[side] = sum();
    }
    System.arraycopy(before, 0, values, 0, values.length);
    return (sums[0] - sums[1]) / (2 * STEP);
  }

  private double sum() {
    Values logits = network.pass(batch).of(network.graph().outputs().get(0));
    int row = logits.shape().size();
    double sum = 0;
    for (int i = 0; i < logits.all().length; i++) {
      sum += logits.all()[i] * factors[i / row][i % row];
    }
    return sum;
  }
}
