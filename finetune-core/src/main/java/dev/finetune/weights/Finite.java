package dev.finetune.weights;

import java.util.OptionalInt;

/** Finds NaN and infinity among numbers: nothing that is computed from them means anything. */
public final class Finite {

  /** The exponent's bits, all of them set in NaN and infinity only. */
  private static final int EXPONENT = 0x7f800000;

  private static final int MAGNITUDE = 0x7fffffff;

  /** Values looked at together: the loop over them has no way out, so it can be vectorised. */
  private static final int PIECE = 4096;

  private Finite() {}

  /** The place of the first value that is NaN or infinite; empty if all are finite. */
  public static OptionalInt first(float[] values) {
    for (int from = 0; from < values.length; from += PIECE) {
      int to = Math.min(values.length, from + PIECE);
      if (!all(values, from, to)) {
        int at = from;
        while (Float.isFinite(values[at])) {
          at++;
        }
        return OptionalInt.of(at);
      }
    }
    return OptionalInt.empty();
  }

  /** Whether all values are finite. */
  public static boolean all(float[] values) {
    return first(values).isEmpty();
  }

  private static boolean all(float[] values, int from, int to) {
    int largest = 0;
    for (int i = from; i < to; i++) {
      largest = Math.max(largest, Float.floatToRawIntBits(values[i]) & MAGNITUDE);
    }
    return largest < EXPONENT;
  }
}
