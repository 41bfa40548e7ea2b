package dev.finetune.internal.onednn;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** The memory that programs share of which one runs at a time. */
final class Arena implements AutoCloseable {

  private final @Nullable Pointer gradients;
  private @Nullable AlignedMemory memory;
  private long bytes;
  private int generation;

  /** For programs that only compute. */
  Arena() {
    this.gradients = null;
  }

  /**
   * For programs that train.
   *
   * @param gradients where they put the parameters' gradients
   */
  Arena(Pointer gradients) {
    this.gradients = gradients;
  }

  /** Makes it at least that large. What was in it is lost if it grows. */
  void require(long needed) {
    if (needed > bytes) {
      // Freed before the new one is taken, so that the two are never there together.
      free();
      memory = AlignedMemory.of(needed);
      bytes = needed;
      generation++;
    }
  }

  /** Changes whenever the memory moves. */
  int generation() {
    return generation;
  }

  Pointer at(long offset) {
    return at(memory == null ? null : memory.pointer(), offset);
  }

  /** Where the gradient goes that has so many values in front of it. */
  Pointer gradient(long value) {
    return at(gradients, value * Float.BYTES);
  }

  private static Pointer at(@Nullable Pointer base, long offset) {
    if (base == null) {
      throw new IllegalStateException("There is no memory for it");
    }
    return new BytePointer(base).getPointer(offset);
  }

  @Override
  public void close() {
    free();
    bytes = 0;
    generation++;
  }

  private void free() {
    if (memory != null) {
      memory.close();
      memory = null;
    }
  }
}
