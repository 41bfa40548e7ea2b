package dev.finetune.internal.natives;

import java.lang.management.ManagementFactory;
import org.bytedeco.javacpp.Pointer;

/** How much memory outside the heap this process may still take. */
public final class NativeMemory {

  private NativeMemory() {}

  /**
   * The least of three bounds: JavaCPP's on what it allocates, its one on the process, and the
   * machine's or container's memory.
   */
  public static long free() {
    long free = Long.MAX_VALUE;
    if (Pointer.maxBytes() > 0) {
      free = Pointer.maxBytes() - Pointer.totalBytes();
    }
    if (Pointer.maxPhysicalBytes() > 0) {
      free = Math.min(free, Pointer.maxPhysicalBytes() - Pointer.physicalBytes());
    }
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system) {
      free = Math.min(free, system.getTotalMemorySize() - Pointer.physicalBytes());
    }
    return Math.max(0, free);
  }
}
