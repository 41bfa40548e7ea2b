package dev.finetune.internal.onednn;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** Memory outside the heap that begins at a multiple of {@link MemoryPlan#ALIGNMENT}. */
final class AlignedMemory implements AutoCloseable {

  private final BytePointer allocated;
  private final BytePointer first;

  private AlignedMemory(long bytes) {
    this.allocated = new BytePointer(bytes(bytes));
    long past = allocated.address() % MemoryPlan.ALIGNMENT;
    // A view, and not a position: oneDNN's bindings count positions in bytes whatever the
    // pointer's type.
    this.first = allocated.getPointer(past == 0 ? 0 : MemoryPlan.ALIGNMENT - past);
  }

  /** With whatever is in it. */
  static AlignedMemory of(long bytes) {
    return new AlignedMemory(bytes);
  }

  /** With zeros. */
  static AlignedMemory zeroed(long bytes) {
    AlignedMemory memory = new AlignedMemory(bytes);
    Pointer.memset(memory.allocated, 0, memory.bytes());
    return memory;
  }

  /** Returns what memory of that size takes, alignment included. */
  static long bytes(long size) {
    return size + MemoryPlan.ALIGNMENT;
  }

  /** Where it begins. */
  BytePointer pointer() {
    return first;
  }

  /** What is taken, alignment included. */
  long bytes() {
    return allocated.capacity();
  }

  @Override
  public void close() {
    allocated.close();
  }
}
