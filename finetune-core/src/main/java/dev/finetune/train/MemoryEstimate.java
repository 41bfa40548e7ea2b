package dev.finetune.train;

import java.util.Locale;

/**
 * The estimated peak memory of a training, made before it starts.
 *
 * @param heapBytes the heap in use at the same time: weights, features in memory, images in the
 *     queue
 * @param nativeBytes the memory outside the heap: activations, gradients, parameters, scratch
 *     memory
 */
public record MemoryEstimate(long heapBytes, long nativeBytes) {

  /** The memory of the JVM itself, compiled code and native libraries. */
  private static final long PROCESS = 300_000_000L;

  /** {@return the approximate peak resident memory of the process, without garbage in the heap} */
  public long processBytes() {
    return heapBytes + nativeBytes + PROCESS;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%.2f GB of heap and %.2f GB outside it", heapBytes / 1e9, nativeBytes / 1e9);
  }
}
