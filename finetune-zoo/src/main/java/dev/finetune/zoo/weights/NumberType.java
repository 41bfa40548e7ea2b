package dev.finetune.zoo.weights;

import java.nio.ByteBuffer;

/** How numbers are stored, little-endian, in the files of PyTorch's world. */
enum NumberType {
  F32(4) {
    @Override
    float at(ByteBuffer bytes, int index) {
      return bytes.getFloat(index);
    }
  },
  F64(8) {
    @Override
    float at(ByteBuffer bytes, int index) {
      return (float) bytes.getDouble(index);
    }
  },
  F16(2) {
    @Override
    float at(ByteBuffer bytes, int index) {
      return half(bytes.getShort(index));
    }
  },
  /** The upper half of a float32. */
  BF16(2) {
    @Override
    float at(ByteBuffer bytes, int index) {
      return Float.intBitsToFloat(bytes.getShort(index) << 16);
    }
  },
  /** Counts, such as those of the steps that a batch normalisation has seen. */
  I64(8) {
    @Override
    float at(ByteBuffer bytes, int index) {
      return bytes.getLong(index);
    }
  };

  private final int bytes;

  NumberType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one number. */
  int bytes() {
    return bytes;
  }

  /** The number at that byte. */
  abstract float at(ByteBuffer bytes, int index);

  /** IEEE 754 binary16: one sign bit, five of exponent (bias 15), ten of fraction. */
  static float half(short bits) {
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
