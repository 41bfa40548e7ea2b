package dev.finetune.internal.onednn;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** The memory that the programs of one network share; one program runs at a time. */
final class Arena implements AutoCloseable {

  private @Nullable BytePointer allocated;
  private @Nullable BytePointer memory;
  private long bytes;
  private int generation;

  /** Makes it at least that large. What was in it is lost if it grows. */
  void require(long needed) {
    if (needed > bytes) {
      // Freed before the new one is taken, so that the two are never there together.
      free();
      allocated = new BytePointer(needed + MemoryPlan.ALIGNMENT);
      memory = aligned(allocated);
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
    return memory.getPointer(offset);
  }

  @Override
  public void close() {
    free();
    bytes = 0;
    generation++;
  }

  private void free() {
    if (allocated != null) {
      allocated.close();
      allocated = null;
      memory = null;
    }
  }

  /**
   * Where that memory has its first multiple of {@link MemoryPlan#ALIGNMENT}: a view, and not a
   * position in it: oneDNN's bindings count positions in bytes whatever the pointer's type.
   */
  static BytePointer aligned(BytePointer raw) {
    long past = raw.address() % MemoryPlan.ALIGNMENT;
    return raw.getPointer(past == 0 ? 0 : MemoryPlan.ALIGNMENT - past);
  }
}
