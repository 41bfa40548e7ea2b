package dev.finetune.internal.onednn;

import org.bytedeco.javacpp.Pointer;

/** The memory of a tensor, which programs resolve when they are bound to an arena. */
sealed interface Place {

  /** Returns the address of the memory for programs that run in that arena. */
  Pointer in(Arena arena);

  /** Memory outside arenas, such as a parameter's. */
  record Fixed(Pointer pointer) implements Place {
    @Override
    public Pointer in(Arena arena) {
      return pointer;
    }
  }

  /**
   * A parameter's gradient, for which each shard has separate memory.
   *
   * @param value the index of its first value in the gradients' memory
   */
  record Gradient(long value) implements Place {
    @Override
    public Pointer in(Arena arena) {
      return arena.gradient(value);
    }
  }

  /**
   * A part of the arena. Slots whose lifetimes, from the first to the last operation that uses
   * them, do not overlap may share memory.
   */
  final class Slot implements Place {

    private final long bytes;
    private int first = Integer.MAX_VALUE;
    private int last = -1;
    private long offset = -1;

    Slot(long bytes) {
      this.bytes = bytes;
    }

    @Override
    public Pointer in(Arena arena) {
      return arena.at(offset);
    }

    /** Extends the lifetime to the operation with that number. */
    void use(int operation) {
      first = Math.min(first, operation);
      last = Math.max(last, operation);
    }

    /**
     * Extends the lifetime to the whole program, for slots that are written before or read after
     * it.
     */
    void pin() {
      first = 0;
      last = Integer.MAX_VALUE;
    }

    /** Returns whether the lifetimes of the two slots overlap. */
    boolean livesWith(Slot other) {
      return first <= other.last && other.first <= last;
    }

    long bytes() {
      return bytes;
    }

    long offset() {
      return offset;
    }

    long end() {
      return offset + bytes;
    }

    void placeAt(long value) {
      offset = value;
    }
  }
}
