package org.example.extending.reference;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;

/** A network's own copy of its values, until it is closed. */
final class Values {

  private final LayerGraph graph;
  private final Table<String, ParameterRole, float[]> all = HashBasedTable.create();
  private volatile boolean closed;

  Values(LayerGraph graph, Weights weights) {
    this.graph = graph;
    set(weights);
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The network is closed");
    }
  }

  void close() {
    closed = true;
    all.clear();
  }

  float[] of(String layer, ParameterRole role) {
    requireOpen();
    float[] values = all.get(layer, role);
    if (values == null) {
      throw new IllegalArgumentException("No " + role + " for " + layer);
    }
    return values;
  }

  void set(Weights weights) {
    requireOpen();
    for (Node node : graph.nodes()) {
      for (ParameterSpec spec : node.parameters()) {
        all.put(node.name(), spec.role(), weights.tensor(node.name(), spec).values().clone());
      }
    }
  }

  Weights weights() {
    requireOpen();
    Table<String, ParameterRole, Tensor> tensors = HashBasedTable.create();
    for (Node node : graph.nodes()) {
      for (ParameterSpec spec : node.parameters()) {
        float[] copy = of(node.name(), spec.role()).clone();
        tensors.put(node.name(), spec.role(), Tensor.of(spec.shape(), copy));
      }
    }
    return Weights.of(tensors);
  }

  long count() {
    return graph.parameterCount();
  }
}
