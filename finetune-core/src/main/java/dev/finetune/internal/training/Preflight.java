package dev.finetune.internal.training;

import dev.finetune.train.MemoryEstimate;
import java.util.Locale;
import java.util.function.IntToLongFunction;

/** Checks that a training run fits into memory before anything is computed. */
final class Preflight {

  /** The usable fraction of the free memory. The rest is for garbage and other allocations. */
  static final double USABLE = 0.9;

  private final HeapNeed heap;
  private final RunImages images;
  private final IntToLongFunction nativeBytes;
  private final long nativeFree;

  /**
   * Creates the check of a phase.
   *
   * @param images the images of the run
   * @param nativeBytes the bytes that training needs outside the heap, stem included, by batch size
   * @param nativeFree the bytes that were free outside the heap before the run took any
   */
  Preflight(HeapNeed heap, RunImages images, IntToLongFunction nativeBytes, long nativeFree) {
    this.heap = heap;
    this.images = images;
    this.nativeBytes = nativeBytes;
    this.nativeFree = nativeFree;
  }

  /**
   * Checks the memory in the heap and outside it.
   *
   * @return the estimate
   * @throws IllegalStateException if the estimate exceeds the usable memory; the message has the
   *     numbers, and for memory outside the heap the largest batch that fits
   */
  MemoryEstimate require() {
    requireHeap(estimate());
    return requireNative();
  }

  /**
   * Checks the memory outside the heap only.
   *
   * @return the estimate
   * @throws IllegalStateException if the estimate exceeds the usable memory outside the heap
   */
  MemoryEstimate requireNative() {
    MemoryEstimate estimate = estimate();
    requireNative(estimate, heap.batch());
    return estimate;
  }

  private MemoryEstimate estimate() {
    return new MemoryEstimate(
        heap.bytes() + images.bound().taken(), nativeBytes.applyAsLong(heap.batch()));
  }

  private void requireHeap(MemoryEstimate estimate) {
    long free = (long) (images.heapFree() * USABLE);
    if (estimate.heapBytes() > free) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "The training must fit into the heap: it needs %s, got %.2f GB of usable heap (%.0f %%"
                  + " of the free heap). The outputs of the frozen stem need %.2f GB, and prepared"
                  + " images %.2f GB with batch size %d. Raise -Xmx; or store the outputs on disk"
                  + " with TrainOptions.cache(FeatureCache.at(folder)); or use a smaller"
                  + " batch, fewer images or a smaller input size; or freeze more layers, up to a"
                  + " cut with smaller tensors.",
              estimate,
              free / 1e9,
              USABLE * 100,
              heap.featureBytes() / 1e9,
              heap.imageBytes() / 1e9,
              heap.batch()));
    }
  }

  private void requireNative(MemoryEstimate estimate, int batch) {
    long free = (long) (nativeFree * USABLE);
    if (estimate.nativeBytes() <= free) {
      return;
    }
    int largest = LargestBatch.of(nativeBytes, batch, free);
    throw new IllegalStateException(
        String.format(
            Locale.ROOT,
            "The training must fit into memory: with batch size %d it needs %s, got %.2f GB of"
                + " usable memory outside the heap. %s. Raise -Dorg.bytedeco.javacpp.maxbytes and"
                + " -Dorg.bytedeco.javacpp.maxphysicalbytes (they follow -Xmx if not set), use a"
                + " smaller batch or input size, or freeze more layers.",
            batch,
            estimate,
            free / 1e9,
            largest == 0
                ? "Not even a batch of 1 fits"
                : "The largest batch that fits is " + largest));
  }
}
