package dev.finetune.fuzz;

import com.sun.management.ThreadMXBean;
import dev.finetune.data.DatasetException;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.weights.WeightsException;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/**
 * What a reader may do with any input: read it, or refuse it, in memory that the input justifies.
 */
final class Reading {

  /** The largest image of the targets. */
  static final int MOST_PIXELS = 1 << 20;

  /** Bytes for any input, such as an image of the largest size. */
  private static final long FIXED = 64 << 20;

  /** Bytes for each byte of the input: JSON as a tree, and unpacked entries. */
  private static final long PER_BYTE = 200;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Reading() {}

  /** Something that reads. */
  @FunctionalInterface
  interface Work {
    void run() throws IOException;
  }

  /** Reads, and lets the refusals pass that the readers document. */
  static void refused(Work work) throws IOException {
    try {
      work.run();
    } catch (UnreadableFileException | DatasetException | WeightsException e) {
      if (e.getMessage() == null || e.getMessage().isBlank()) {
        throw new AssertionError("A refusal must have a message", e);
      }
    }
  }

  /**
   * Runs and checks the bytes that the thread allocates. If there are more, it runs again: the
   * first time, classes are loaded and instrumented.
   */
  static void bounded(long inputBytes, Work work) throws IOException {
    long most = FIXED + PER_BYTE * inputBytes;
    if (allocated(work) <= most) {
      return;
    }
    long allocated = allocated(work);
    if (allocated > most) {
      throw new AssertionError(
          "Reading must allocate at most " + most + " bytes, got " + allocated);
    }
  }

  private static long allocated(Work work) throws IOException {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    work.run();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
