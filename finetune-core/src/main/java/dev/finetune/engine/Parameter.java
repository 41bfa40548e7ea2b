package dev.finetune.engine;

import dev.finetune.graph.layer.ParameterSpec;

/**
 * A tensor that trains, as a row of {@code spec().count()} values. The engine chooses their order
 * and never changes it; values, gradients and what an optimizer remembers are in the same order.
 * Several threads may read and write at once, each a piece of its own.
 */
public interface Parameter {

  /** Returns the name of its layer. */
  String layer();

  /** Returns its role, shape and size. */
  ParameterSpec spec();

  /**
   * Copies values.
   *
   * @param from the index of the first value
   * @param into takes them from its start on
   * @param length how many
   */
  void read(int from, float[] into, int length);

  /**
   * Replaces values. The network computes with them from its next pass on.
   *
   * @param from the index of the first value
   * @param values the new ones, from the start of the array on
   * @param length how many
   */
  void write(int from, float[] values, int length);

  /**
   * Copies the gradients that {@link TrainableNetwork#differentiate} computed last.
   *
   * @param from the index of the first value
   * @param into takes them from its start on
   * @param length how many
   */
  void gradient(int from, float[] into, int length);
}
