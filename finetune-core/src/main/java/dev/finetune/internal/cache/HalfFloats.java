package dev.finetune.internal.cache;

/** IEEE 754 binary16, as JDK 20 has it; this builds for 17. */
final class HalfFloats {

  private static final float LARGEST = 65504;
  private static final int EXPONENT_SHIFT = 13;

  /** 2 to the 112th: the difference of the exponents' biases, 127 - 15. */
  private static final float REBIAS = 0x1p112f;

  private HalfFloats() {}

  /** Rounded to nearest, ties to even; what is too large becomes the largest finite value. */
  static short encode(float value) {
    if (Float.isNaN(value)) {
      throw new ArithmeticException("A feature is not a number (NaN); it cannot be stored");
    }
    int sign = Float.floatToRawIntBits(value) >>> 16 & 0x8000;
    float magnitude = Math.min(Math.abs(value), LARGEST);
    if (magnitude < 0x1p-14f) {
      // Subnormal: a whole number of 2^-24. rint rounds half to even.
      return (short) (sign | (int) Math.rint(magnitude * 0x1p24));
    }
    int own = Float.floatToRawIntBits(magnitude);
    int even = own >>> EXPONENT_SHIFT & 1;
    int rounded = own + 0xfff + even;
    return (short) (sign | (rounded - (112 << 23)) >>> EXPONENT_SHIFT);
  }

  /** Exact. A multiplication does subnormals too, without a branch, so that loops vectorise. */
  static float decode(short half) {
    float magnitude = Float.intBitsToFloat((half & 0x7fff) << EXPONENT_SHIFT) * REBIAS;
    return Float.intBitsToFloat(Float.floatToRawIntBits(magnitude) | (half & 0x8000) << 16);
  }
}
