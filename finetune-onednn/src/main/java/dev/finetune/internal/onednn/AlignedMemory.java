package dev.finetune.internal.onednn;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** Native memory that begins at a multiple of {@link MemoryPlan#ALIGNMENT} bytes. */
final class AlignedMemory implements AutoCloseable {

  private final BytePointer allocated;
  private final BytePointer first;

  private AlignedMemory(long bytes) {
    this.allocated = new BytePointer(bytes(bytes));
    long past = allocated.address() % MemoryPlan.ALIGNMENT;
    // A view, not a position: oneDNN's bindings count positions in bytes whatever the pointer's
    // type.
    this.first = allocated.getPointer(past == 0 ? 0 : MemoryPlan.ALIGNMENT - past);
  }

  /** Allocates memory without initialising it. */
  static AlignedMemory of(long bytes) {
    return new AlignedMemory(bytes);
  }

  /** Allocates memory filled with zeros. */
  static AlignedMemory zeroed(long bytes) {
    AlignedMemory memory = new AlignedMemory(bytes);
    Pointer.memset(memory.allocated, 0, memory.bytes());
    return memory;
  }

  /** Returns how many bytes an allocation of {@code size} bytes takes, alignment included. */
  static long bytes(long size) {
    return size + MemoryPlan.ALIGNMENT;
  }

  /** Returns a pointer to the first aligned byte. */
  BytePointer pointer() {
    return first;
  }

  /** Returns the number of bytes allocated, alignment included. */
  long bytes() {
    return allocated.capacity();
  }

  @Override
  public void close() {
    allocated.close();
  }
}
