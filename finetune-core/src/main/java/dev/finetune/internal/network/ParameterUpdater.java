package dev.finetune.internal.network;

import org.bytedeco.javacpp.Pointer;

/** Values, their gradients, and what turns the one into a change of the other. */
public interface ParameterUpdater extends AutoCloseable {

  /** The values, float32, one after another, on a cache line. */
  Pointer values();

  /** Their gradients, in the same order. */
  Pointer gradients();

  /** Changes the values by the gradients as the optimizer does. */
  void update();

  /** The native memory of values, gradients and what else it keeps there. */
  long bytes();

  @Override
  void close();
}
