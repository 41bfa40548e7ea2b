package dev.finetune.internal.modelfile;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.internal.archive.NamedWeights;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import dev.finetune.weights.safetensors.NumberType;
import dev.finetune.weights.safetensors.SafetensorsStream;
import dev.finetune.weights.safetensors.StoredTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Converts the weights of a model to named tensors and back. A name consists of layer and role,
 * such as {@code block1_conv1/kernel}.
 */
final class StoredWeights {

  private StoredWeights() {}

  private static String name(Node node, ParameterSpec spec) {
    return NamedWeights.name(node.name(), spec.role());
  }

  /** Returns the named tensors in the order of the layers. */
  static Map<String, Tensor> tensors(LayerGraph graph, Weights weights) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      for (ParameterSpec spec : node.parameters()) {
        tensors.put(name(node, spec), weights.tensor(node.name(), spec));
      }
    }
    return tensors;
  }

  /**
   * Reads the weights of a graph. It compares names and shapes in the header before it allocates
   * memory for values.
   *
   * @throws IOException if the stream does not have exactly the tensors of the graph
   */
  static Weights read(String source, LayerGraph graph, SafetensorsStream stream)
      throws IOException {
    requireMatch(source, graph, stream.tensors());
    Map<String, Tensor> values = stream.read();
    Table<String, ParameterRole, Tensor> tensors = HashBasedTable.create();
    for (Node node : graph.nodes()) {
      for (ParameterSpec spec : node.parameters()) {
        tensors.put(node.name(), spec.role(), values.get(name(node, spec)));
      }
    }
    return Weights.of(tensors);
  }

  private static void requireMatch(
      String source, LayerGraph graph, Map<String, StoredTensor> stored) throws IOException {
    Map<String, StoredTensor> extra = new LinkedHashMap<>(stored);
    List<String> problems = new ArrayList<>();
    for (Node node : graph.nodes()) {
      for (ParameterSpec spec : node.parameters()) {
        StoredTensor tensor = extra.remove(name(node, spec));
        if (tensor == null) {
          problems.add("missing: " + name(node, spec) + " " + spec.shape());
        } else if (tensor.type() != NumberType.F32 || !tensor.shape().equals(spec.shape())) {
          problems.add(
              String.format(
                  "%s must be F32 %s, got %s %s",
                  tensor.name(), spec.shape(), tensor.type(), tensor.shape()));
        }
      }
    }
    extra.keySet().forEach(name -> problems.add("extra: " + name));
    if (!problems.isEmpty()) {
      throw new UnreadableFileException(
          source,
          "",
          "the tensors must be those of the layers in model.json: " + String.join("; ", problems));
    }
  }
}
