package dev.finetune.graph;

import dev.finetune.graph.layer.Layer;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.graph.layer.Shape;
import java.util.List;

/**
 * A named layer in a graph.
 *
 * @param name unique in its graph
 * @param layer what it does
 * @param inputs the names of the nodes it reads, in order
 * @param output the shape of what it gives, per example
 * @param parameters the tensors it needs
 */
public record Node(
    String name, Layer layer, List<String> inputs, Shape output, List<ParameterSpec> parameters) {

  public Node {
    inputs = List.copyOf(inputs);
    parameters = List.copyOf(parameters);
  }

  /** All parameters, running statistics included. */
  public long parameterCount() {
    return parameters.stream().mapToLong(ParameterSpec::count).sum();
  }

  /** The parameters that gradients can train. */
  public long learnedParameterCount() {
    return parameters.stream()
        .filter(p -> p.role().learned())
        .mapToLong(ParameterSpec::count)
        .sum();
  }
}
