package dev.finetune.zoo.weights;

import dev.finetune.weights.Tensor;
import java.util.List;

/**
 * A layer in a Keras file.
 *
 * @param name its own, or the one that Keras 3 makes of its class
 * @param tensors in the file's order
 */
record StoredLayer(String name, List<Stored> tensors) {

  /** A tensor under Keras' name, in Keras' layout. */
  record Stored(String name, Tensor tensor) {}
}
