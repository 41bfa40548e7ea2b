package dev.finetune.weights;

import java.util.OptionalInt;

/**
 * Methods that find NaN and infinity in arrays. Results computed from such values are meaningless.
 */
public final class Finite {

  /** The exponent bits of a float. Only NaN and infinity have all of them set. */
  private static final int EXPONENT = 0x7f800000;

  private static final int MAGNITUDE = 0x7fffffff;

  /**
   * The number of values checked per loop. The inner loop has no exit, so the JIT can vectorise it.
   */
  private static final int PIECE = 4096;

  private Finite() {}

  /**
   * {@return the index of the first value that is NaN or infinite; empty if all are finite}
   *
   * @param values the values to check; not changed
   */
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

  /**
   * {@return whether all values are finite}
   *
   * @param values the values to check; not changed
   */
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
