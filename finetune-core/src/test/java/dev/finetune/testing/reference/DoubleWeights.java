package dev.finetune.testing.reference;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.weights.Weights;
import java.util.Objects;

/** Mutable weights in double precision. */
public final class DoubleWeights {

  private final Table<String, ParameterRole, double[]> values = HashBasedTable.create();

  private DoubleWeights() {}

  /** Copies weights. */
  public static DoubleWeights of(Weights weights) {
    DoubleWeights copy = new DoubleWeights();
    for (String layer : weights.tensors().rowKeySet()) {
      weights
          .layer(layer)
          .forEach((role, tensor) -> copy.values.put(layer, role, doubles(tensor.values())));
    }
    return copy;
  }

  private static double[] doubles(float[] from) {
    double[] to = new double[from.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = from[i];
    }
    return to;
  }

  /**
   * Returns the values of a tensor, not a copy.
   *
   * @throws NullPointerException if the layer has no tensor with this role
   */
  public double[] of(String layer, ParameterRole role) {
    return Objects.requireNonNull(
        values.get(layer, role),
        () -> "Layer \"" + layer + "\" must have a " + role + ", got none");
  }
}
