package dev.finetune.zoo.weights;

import dev.finetune.weights.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * How a tensor of a Keras file becomes one of this library.
 *
 * @param shape its shape in this library; known before the values are read
 * @param conversion converts the values
 */
record KerasLayout(List<Integer> shape, UnaryOperator<Tensor> conversion) {

  /** Returns the layout of a tensor that is the same in both. */
  static KerasLayout unchanged(List<Integer> shape) {
    return new KerasLayout(shape, UnaryOperator.identity());
  }
}
