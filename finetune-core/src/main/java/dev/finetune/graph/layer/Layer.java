package dev.finetune.graph.layer;

import java.util.List;

/**
 * What one node of a network does.
 *
 * <p>The set of kinds is closed: there are {@linkplain BasicLayer basic} ones, which engines
 * compute, and {@linkplain CompositeLayer composite} ones, which are written out in basic ones
 * before an engine gets them. Layers of an application's own are a {@link dev.finetune.graph.Block}
 * of these kinds.
 */
public sealed interface Layer permits BasicLayer, CompositeLayer {

  /**
   * Returns the shape after this layer.
   *
   * @throws IllegalArgumentException if the inputs do not fit; the message says why
   */
  Shape outputShape(List<Shape> inputs);

  /** Returns the tensors it needs for these inputs, in the order in which Keras stores them. */
  default List<ParameterSpec> parameters(List<Shape> inputs) {
    return List.of();
  }

  /**
   * Returns the basic layers that compute this one, in a row: the first reads the inputs, each
   * other one reads the one before it, and the last gives the output. A basic layer is its own only
   * part.
   */
  List<Part> parts(List<Shape> inputs);

  /**
   * Returns this layer as one that an engine computes.
   *
   * @throws IllegalStateException if it is composite; engines get such layers written out
   */
  BasicLayer basic();

  /**
   * Returns the name that Keras gives to a layer of this kind: that of the class in Keras, in lower
   * case with underscores, as {@code to_snake_case} of Keras 3 makes it. Weight files of Keras 3
   * name groups after it.
   */
  String kerasClass();

  /**
   * Returns whether it draws at random in training, so that one input gives other outputs each
   * time. Where such a layer is not frozen, nothing behind it is the same in every epoch.
   */
  default boolean random() {
    return false;
  }

  /** Returns the value of {@link ParameterRole#GAMMA} before training. */
  default double initialGamma() {
    return 1;
  }

  /** Returns the name of the kind, as {@code describe()} prints it. */
  default String kind() {
    return getClass().getSimpleName();
  }
}
