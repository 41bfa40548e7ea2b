package dev.finetune.train;

import java.util.Locale;

/**
 * What a training is expected to need at most, before it starts.
 *
 * @param heapBytes that stay in use: weights, features kept in memory, images on their way
 * @param nativeBytes outside the heap: activations, gradients, parameters, scratch memory
 */
public record MemoryEstimate(long heapBytes, long nativeBytes) {

  /** What the JVM, its code and the native libraries take beside. */
  private static final long PROCESS = 300_000_000L;

  /** About the resident memory of the process at its peak, garbage in the heap aside. */
  public long processBytes() {
    return heapBytes + nativeBytes + PROCESS;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%.2f GB of heap and %.2f GB outside it", heapBytes / 1e9, nativeBytes / 1e9);
  }
}
