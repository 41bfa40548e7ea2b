package dev.finetune.internal.cache;

/** Converts IEEE 754 binary16 values. {@code Float.floatToFloat16} needs JDK 20. */
final class HalfFloats {

  private static final float LARGEST = 65504;
  private static final int EXPONENT_SHIFT = 13;

  /** 2^112: 112 is the difference between the exponent biases, 127 and 15. */
  private static final float REBIAS = 0x1p112f;

  private HalfFloats() {}

  /**
   * Rounds to nearest, ties to even. Values that are too large become the largest finite value.
   *
   * @throws ArithmeticException if the value is NaN
   */
  static short encode(float value) {
    if (Float.isNaN(value)) {
      throw new ArithmeticException("Features to store must be numbers, got NaN");
    }
    int sign = Float.floatToRawIntBits(value) >>> 16 & 0x8000;
    float magnitude = Math.min(Math.abs(value), LARGEST);
    if (magnitude < 0x1p-14f) {
      // A subnormal value is a multiple of 2^-24. rint rounds half to even.
      return (short) (sign | (int) Math.rint(magnitude * 0x1p24));
    }
    int own = Float.floatToRawIntBits(magnitude);
    int even = own >>> EXPONENT_SHIFT & 1;
    int rounded = own + 0xfff + even;
    return (short) (sign | (rounded - (112 << 23)) >>> EXPONENT_SHIFT);
  }

  /**
   * Converts a value exactly. The multiplication handles subnormals without a branch, so loops
   * vectorise.
   */
  static float decode(short half) {
    float magnitude = Float.intBitsToFloat((half & 0x7fff) << EXPONENT_SHIFT) * REBIAS;
    return Float.intBitsToFloat(Float.floatToRawIntBits(magnitude) | (half & 0x8000) << 16);
  }
}
