package dev.finetune.graph;

import dev.finetune.graph.layer.Layer;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.graph.layer.Shape;
import java.util.List;

/**
 * A named layer of a graph.
 *
 * @param name the name, unique in its graph
 * @param layer the layer
 * @param inputs the names of the nodes that it reads, in order
 * @param output the shape of its output, per example
 * @param parameters the parameter tensors that it needs, in the order of {@link Layer#parameters}
 */
public record Node(
    String name, Layer layer, List<String> inputs, Shape output, List<ParameterSpec> parameters) {

  /**
   * Creates a node. {@link LayerGraph.Builder#add(String, Layer, String...)} computes the shape and
   * the parameters.
   *
   * @param name unique in its graph
   * @param layer the layer
   * @param inputs copied
   * @param output per example
   * @param parameters copied
   */
  public Node {
    inputs = List.copyOf(inputs);
    parameters = List.copyOf(parameters);
  }

  /** {@return the number of parameter values, running statistics included} */
  public long parameterCount() {
    return parameters.stream().mapToLong(ParameterSpec::count).sum();
  }

  /** {@return the number of parameter values that gradients can train} */
  public long learnedParameterCount() {
    return parameters.stream()
        .filter(p -> p.role().learned())
        .mapToLong(ParameterSpec::count)
        .sum();
  }
}
