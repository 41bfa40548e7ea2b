package dev.finetune.testing.reference;

import dev.finetune.engine.Batch;
import dev.finetune.graph.layer.ParameterRole;

/**
 * Derivatives of a sum of a network's logits, each times a factor, by central differences.
 *
 * <p>A step of 1e-6 leaves out a third derivative times 1e-13, and rounds the sum to 1e-16 of it,
 * which is 1e-10 of a derivative of its size: far below float32's 6e-8.
 */
public final class FiniteDifferences {

  /** How far a value is moved, to either side. */
  public static final double STEP = 1e-6;

  private final Reference network;
  private final Batch batch;
  private final float[][] factors;

  /**
   * Makes them.
   *
   * @param factors by example, then by logit
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

  /** Returns the derivative along a direction in a tensor. */
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
