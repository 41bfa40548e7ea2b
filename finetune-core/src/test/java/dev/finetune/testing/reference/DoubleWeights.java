package dev.finetune.testing.reference;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.weights.Weights;
import java.util.Objects;

/** Parameter values in double precision, which may be changed in place. */
public final class DoubleWeights {

  private final Table<String, ParameterRole, double[]> values = HashBasedTable.create();

  private DoubleWeights() {}

  /** Copies those values. */
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

  /** Returns the values of a layer's tensor, not a copy. */
  public double[] of(String layer, ParameterRole role) {
    return Objects.requireNonNull(
        values.get(layer, role), () -> "No " + role + " for layer " + layer);
  }
}
