package dev.finetune.weights.safetensors;

import java.nio.ByteBuffer;

/** How numbers are stored, little-endian, in safetensors and in the files of PyTorch. */
public enum NumberType {
  F32(4) {
    @Override
    public float at(ByteBuffer bytes, int index) {
      return bytes.getFloat(index);
    }

    @Override
    void copy(ByteBuffer bytes, float[] target, int from, int count) {
      bytes.asFloatBuffer().get(target, from, count);
    }
  },
  F64(8) {
    @Override
    public float at(ByteBuffer bytes, int index) {
      return (float) bytes.getDouble(index);
    }
  },
  F16(2) {
    @Override
    public float at(ByteBuffer bytes, int index) {
      return half(bytes.getShort(index));
    }
  },
  /** The upper half of a float32. */
  BF16(2) {
    @Override
    public float at(ByteBuffer bytes, int index) {
      return Float.intBitsToFloat(bytes.getShort(index) << 16);
    }
  },
  /** Counts, such as those of the steps that a batch normalisation has seen. */
  I64(8) {
    @Override
    public float at(ByteBuffer bytes, int index) {
      return bytes.getLong(index);
    }
  };

  private final int bytes;

  NumberType(int bytes) {
    this.bytes = bytes;
  }

  /** Returns how many bytes a number takes. */
  public int bytes() {
    return bytes;
  }

  /** Returns the number at that byte; the buffer's order is little-endian. */
  public abstract float at(ByteBuffer bytes, int index);

  /** Copies the buffer's first numbers to the places of the array from that one on. */
  void copy(ByteBuffer bytes, float[] target, int from, int count) {
    for (int i = 0; i < count; i++) {
      target[from + i] = at(bytes, i * this.bytes);
    }
  }

  /**
   * Widens an IEEE 754 binary16: one sign bit, five of exponent (bias 15), ten of fraction.
   *
   * @param bits the number's bits
   */
  public static float half(short bits) {
    int sign = bits & 0x8000;
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    float magnitude;
    if (exponent == 0) {
      magnitude = fraction * 0x1p-24f; // subnormal
    } else if (exponent == 0x1f) {
      magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else {
      magnitude = Float.intBitsToFloat(((exponent + 127 - 15) << 23) | (fraction << 13));
    }
    return sign == 0 ? magnitude : -magnitude;
  }
}
