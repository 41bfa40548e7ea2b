package dev.finetune.zoo.weights;

import dev.finetune.weights.Tensor;
import java.util.List;

/**
 * A layer in a Keras file.
 *
 * @param name its own, or the one that Keras 3 makes of its class, behind those of the models that
 *     it is nested in: {@code sequential_1/conv2d}
 * @param called its own; empty where the file does not say it
 * @param tensors in the file's order
 */
record StoredLayer(String name, String called, List<Stored> tensors) {

  /** A layer under its own name. */
  static StoredLayer named(String name, List<Stored> tensors) {
    return new StoredLayer(name, name, tensors);
  }

  /** The last part of its own name. */
  String lastName() {
    return called.substring(called.lastIndexOf('/') + 1);
  }

  /** The last part of the name that it has in the file. */
  String lastOfName() {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /** What to call it in a message. */
  String label() {
    return called.isEmpty() ? name : called;
  }

  /** A tensor under Keras' name, in Keras' layout. */
  record Stored(String name, Tensor tensor) {}
}
