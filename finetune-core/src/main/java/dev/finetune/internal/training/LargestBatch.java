package dev.finetune.internal.training;

import java.util.function.IntToLongFunction;

/**
 * Looks for the largest batch that fits into memory and asks about few sizes: an engine compiles a
 * network to answer. Memory grows with the batch, mostly in a straight line, so the next size to
 * ask about is where the line between the last two answers meets what is free.
 */
final class LargestBatch {

  /** Lines that may be followed in a row without halving the interval, before it is halved. */
  private static final int PATIENCE = 2;

  private LargestBatch() {}

  /**
   * Returns the largest batch that fits; 0 if none does. That it fits and the next one does not has
   * been asked.
   *
   * @param bytes what a batch needs; of 0, what is needed in any case
   * @param tooLarge a batch that does not fit
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
