package dev.finetune.engine;

import dev.finetune.annotation.Experimental;
import dev.finetune.graph.layer.ParameterSpec;

/**
 * A trainable tensor, seen as a row of {@code spec().count()} values. The engine chooses the order
 * of the values and never changes it. Values, gradients and optimizer slots use the same order.
 * Several threads may read and write at once if each uses its own range.
 */
@Experimental
public interface Parameter {

  /** {@return the name of the tensor's layer} */
  String layer();

  /** {@return the role, shape and size of the tensor} */
  ParameterSpec spec();

  /**
   * Copies values of the tensor into an array.
   *
   * @param from the index of the first value to copy
   * @param into receives the values, beginning at index 0
   * @param length the number of values
   */
  void read(int from, float[] into, int length);

  /**
   * Replaces values of the tensor. The network's next pass uses them.
   *
   * @param from the index of the first value to replace
   * @param values the new values, beginning at index 0
   * @param length the number of values
   */
  void write(int from, float[] values, int length);

  /**
   * Copies gradients from the last call of {@link TrainableNetwork#differentiate} into an array.
   *
   * @param from the index of the first gradient to copy
   * @param into receives the gradients, beginning at index 0
   * @param length the number of gradients
   */
  void gradient(int from, float[] into, int length);
}
