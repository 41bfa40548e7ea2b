package dev.finetune.internal.natives;

import java.lang.management.ManagementFactory;
import org.bytedeco.javacpp.Pointer;

/** The memory outside the Java heap that this process may still allocate. */
public final class NativeMemory {

  private NativeMemory() {}

  /**
   * Returns the free native memory in bytes, at least 0: the least of what remains of JavaCPP's
   * limit on its own allocations ({@code maxBytes}), of its limit on the process ({@code
   * maxPhysicalBytes}), and of the memory of the machine or container.
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
