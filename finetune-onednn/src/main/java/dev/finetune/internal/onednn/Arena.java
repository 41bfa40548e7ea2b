package dev.finetune.internal.onednn;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** Native memory shared by several programs, of which only one runs at a time. */
final class Arena implements AutoCloseable {

  private final @Nullable Pointer gradients;
  private @Nullable AlignedMemory memory;
  private long bytes;
  private int generation;

  /** Creates an arena for programs without a backward pass. */
  Arena() {
    this.gradients = null;
  }

  /**
   * Creates an arena for programs that train.
   *
   * @param gradients the memory that receives the parameters' gradients
   */
  Arena(Pointer gradients) {
    this.gradients = gradients;
  }

  /** Grows the arena to at least {@code needed} bytes. Growing discards its contents. */
  void require(long needed) {
    if (needed > bytes) {
      // Freed first, so that the old and the new memory never exist together.
      free();
      memory = AlignedMemory.of(needed);
      bytes = needed;
      generation++;
    }
  }

  /** Returns a number that changes whenever the memory moves. */
  int generation() {
    return generation;
  }

  /**
   * Returns a pointer into the arena.
   *
   * @param offset in bytes
   */
  Pointer at(long offset) {
    return at(memory == null ? null : memory.pointer(), offset);
  }

  /**
   * Returns a pointer into the gradients' memory.
   *
   * @param value the index of the gradient's first value
   */
  Pointer gradient(long value) {
    return at(gradients, value * Float.BYTES);
  }

  private static Pointer at(@Nullable Pointer base, long offset) {
    if (base == null) {
      throw new IllegalStateException(
          "The arena has no memory here: it is closed or has no gradients");
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
