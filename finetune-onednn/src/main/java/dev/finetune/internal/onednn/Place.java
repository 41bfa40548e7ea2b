package dev.finetune.internal.onednn;

import org.bytedeco.javacpp.Pointer;

/** Where a primitive finds or puts values. */
sealed interface Place {

  /** The memory, for programs that run in that arena. */
  Pointer in(Arena arena);

  /** Memory that stays, such as a parameter's. */
  record Fixed(Pointer pointer) implements Place {
    @Override
    public Pointer in(Arena arena) {
      return pointer;
    }
  }

  /**
   * Memory for a parameter's gradient, of which each shard of a batch has its own.
   *
   * @param value how many values lie in front of it
   */
  record Gradient(long value) implements Place {
    @Override
    public Pointer in(Arena arena) {
      return arena.gradient(value);
    }
  }

  /** A piece of the arena, which other pieces may share before and after this one's life. */
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

    /** Notes that the operation of that number uses it. */
    void use(int operation) {
      first = Math.min(first, operation);
      last = Math.max(last, operation);
    }

    /** Keeps it over the whole program: it is filled before or read after. */
    void pin() {
      first = 0;
      last = Integer.MAX_VALUE;
    }

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
