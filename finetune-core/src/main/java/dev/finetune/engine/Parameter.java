package dev.finetune.engine;

import dev.finetune.graph.layer.ParameterSpec;

/**
 * A tensor that trains. Its values lie one after another, in an order of the engine's. Pieces of it
 * may be read and written by several threads, each piece by one at a time.
 */
public interface Parameter {

  /** The layer that it belongs to. */
  String layer();

  /** Its role, shape and size. */
  ParameterSpec spec();

  /** Reads values, from a number on. */
  void read(int from, float[] into, int length);

  /** Replaces values, from a number on. The network computes with them from its next pass on. */
  void write(int from, float[] values, int length);

  /**
   * Reads the gradients that {@link TrainableNetwork#differentiate} gave last, from a number on.
   */
  void gradient(int from, float[] into, int length);
}
