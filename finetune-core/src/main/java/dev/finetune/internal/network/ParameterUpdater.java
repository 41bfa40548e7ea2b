package dev.finetune.internal.network;

import org.bytedeco.javacpp.Pointer;

/** Values, their gradients, and what turns the one into a change of the other. */
public interface ParameterUpdater extends AutoCloseable {

  /** The values, float32, one after another, on a cache line. */
  Pointer values();

  /**
   * Their gradients, in the same order.
   *
   * @param shard of the batch, from 0
   */
  Pointer gradients(int shard);

  /**
   * Changes the values as the optimizer does, by the sum of the gradients of the first shards.
   *
   * @param shards how many the batch had, at least 1
   */
  void update(int shards);

  /** The native memory of values, gradients and what else it keeps there. */
  long bytes();

  @Override
  void close();
}
