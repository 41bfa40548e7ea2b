package dev.finetune.internal.training;

import java.util.function.IntToLongFunction;

/**
 * Finds the largest batch that fits into memory. It tries few sizes, because an engine compiles a
 * network for each. Memory mostly grows linearly with the batch, so the next size follows from
 * linear interpolation between a size that fits and one that does not.
 */
final class LargestBatch {

  /** The number of interpolations in a row that fail to halve the interval before a bisection. */
  private static final int PATIENCE = 2;

  private LargestBatch() {}

  /**
   * Returns the largest batch that fits; 0 if none does. It has tried this size and the next one.
   *
   * @param bytes the bytes that a batch of a size needs; for size 0, those needed without a batch
   * @param tooLarge a size that does not fit
   * @param free the bytes that are free
   */
  static int of(IntToLongFunction bytes, int tooLarge, long free) {
    int fits = 0;
    int not = tooLarge;
    long fitting = bytes.applyAsLong(fits);
    long exceeding = bytes.applyAsLong(not);
    int lines = 0;
    while (fitting <= free && not - fits > 1) {
      int width = not - fits;
      double share = (double) (free - fitting) / (exceeding - fitting);
      int onLine = Math.max(fits + 1, Math.min(not - 1, fits + (int) (share * width)));
      int next = lines < PATIENCE ? onLine : fits + width / 2;
      long needed = bytes.applyAsLong(next);
      if (needed <= free) {
        fits = next;
        fitting = needed;
      } else {
        not = next;
        exceeding = needed;
      }
      lines = not - fits > width / 2 ? lines + 1 : 0;
    }
    return fits;
  }
}
