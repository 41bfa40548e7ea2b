package dev.finetune.graph.layer;

import java.util.List;

/**
 * The operation of a node of a network, with its settings.
 *
 * <p>The set of kinds is closed: engines compute {@linkplain BasicLayer basic} layers, and
 * {@linkplain CompositeLayer composite} layers are replaced by basic ones before an engine receives
 * them. Applications combine existing kinds in a {@link dev.finetune.graph.Block}.
 */
public sealed interface Layer permits BasicLayer, CompositeLayer {

  /**
   * Returns the shape of this layer's output.
   *
   * @param inputs the shapes of the inputs, per example, in order
   * @return the shape of the output, per example
   * @throws IllegalArgumentException if the layer does not accept these inputs; the message says
   *     why
   */
  Shape outputShape(List<Shape> inputs);

  /**
   * Returns the parameter tensors that this layer needs.
   *
   * @param inputs the shapes of the inputs, per example, in order
   * @return the tensors, in the order in which Keras stores them; empty if the layer has none
   * @throws IllegalArgumentException if the shapes of the tensors cannot be derived from these
   *     inputs
   */
  default List<ParameterSpec> parameters(List<Shape> inputs) {
    return List.of();
  }

  /**
   * Returns the basic layers that compute this one, as a chain. The first part reads the inputs,
   * each other part reads the part before it, and the last part returns the output. The only part
   * of a basic layer is the layer itself.
   *
   * @param inputs the shapes of the inputs, per example, in order
   * @return at least one part
   * @throws IllegalArgumentException if the layer does not accept these inputs
   */
  List<Part> parts(List<Shape> inputs);

  /**
   * Returns this layer as a basic layer.
   *
   * @return this layer
   * @throws IllegalStateException if this layer is composite
   */
  BasicLayer basic();

  /**
   * {@return the default name of a layer of this kind in Keras 3} It is the name of the Keras class
   * in lower case with underscores, as {@code to_snake_case} of Keras 3 converts it. Keras 3 names
   * the groups of its weight files after it.
   */
  String kerasClass();

  /**
   * {@return whether the layer is random in training} Unless such a layer is frozen, its output and
   * that of all layers behind it differ between epochs for the same input.
   */
  default boolean random() {
    return false;
  }

  /** {@return the initial value of {@link ParameterRole#GAMMA}; 1 for most kinds} */
  default double initialGamma() {
    return 1;
  }

  /** {@return the name of the kind, such as {@code Conv2d}, as {@code describe()} prints it} */
  default String kind() {
    return getClass().getSimpleName();
  }
}
