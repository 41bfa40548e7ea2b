package dev.finetune.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory of this process. */
final class PeakMemory {

  private PeakMemory() {}

  /**
   * Lets the peak of the resident memory start again from what is resident now. Without effect
   * where the system does not support it; then the peak is that of the whole process so far.
   */
  static void reset() {
    try {
      // See "clear_refs" in the manual page proc(5).
      Files.writeString(Path.of("/proc/self/clear_refs"), "5");
    } catch (IOException e) {
      // The peak of the whole process is reported instead.
    }
  }

  /** Returns the heap in use after a collection, in bytes. */
  static long heapInUse() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
