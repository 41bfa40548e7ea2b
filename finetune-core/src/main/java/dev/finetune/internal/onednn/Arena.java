package dev.finetune.internal.onednn;

import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** The memory that the programs of one network share; one program runs at a time. */
final class Arena implements AutoCloseable {

  private @Nullable AlignedMemory memory;
  private long bytes;
  private int generation;

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
    if (memory == null) {
      throw new IllegalStateException("The arena is empty");
    }
    return memory.pointer().getPointer(offset);
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
