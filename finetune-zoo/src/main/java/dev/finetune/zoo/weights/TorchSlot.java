package dev.finetune.zoo.weights;

import dev.finetune.graph.layer.ParameterSpec;
import java.util.Locale;

/**
 * A parameter of a network that a tensor is for.
 *
 * @param layer the name of the layer
 * @param spec the role and the shape, in this library's layout
 */
record TorchSlot(String layer, ParameterSpec spec) {

  /** Returns the name in messages, such as {@code conv1/kernel}. */
  String label() {
    return layer + "/" + spec.role().name().toLowerCase(Locale.ROOT);
  }
}
