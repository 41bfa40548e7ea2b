package dev.finetune.testing.reference;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.util.Objects;

/** Mutable weights in double precision. */
public final class DoubleWeights {

  private final Table<String, ParameterRole, double[]> values = HashBasedTable.create();

  private DoubleWeights() {}

  /** Copies weights. */
  public static DoubleWeights of(Weights weights) {
    DoubleWeights copy = new DoubleWeights();
    for (Table.Cell<String, ParameterRole, Tensor> cell : weights.tensors().cellSet()) {
      float[] from = cell.getValue().values();
      double[] to = new double[from.length];
      for (int i = 0; i < to.length; i++) {
        to[i] = from[i];
      }
      copy.values.put(cell.getRowKey(), cell.getColumnKey(), to);
    }
    return copy;
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
