package dev.finetune.weights.safetensors;

import com.google.common.primitives.UnsignedLong;
import java.nio.ByteBuffer;

/**
 * A little-endian number format of safetensors and PyTorch files. Values are read as float32;
 * integers beyond 24 bits are rounded.
 */
public enum NumberType {
  /** IEEE 754 binary32. */
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
  /** IEEE 754 binary64, rounded to float32 when read. */
  F64(8) {
    @Override
    public float at(ByteBuffer bytes, int index) {
      return (float) bytes.getDouble(index);
    }
  },
  /** IEEE 754 binary16. */
  F16(2) {
    @Override
    public float at(ByteBuffer bytes, int index) {
      return half(bytes.getShort(index));
    }
  },
  /** Bfloat16: the upper half of an IEEE 754 binary32. */
  BF16(2) {
    @Override
    public float at(ByteBuffer bytes, int index) {
      return Float.intBitsToFloat(bytes.getShort(index) << 16);
    }
  },
  /**
   * A signed 64-bit integer. Used for counts, such as the number of steps that a batch
   * normalisation layer has seen.
   */
  I64(8) {
    @Override
    public float at(ByteBuffer bytes, int index) {
      return bytes.getLong(index);
    }
  },
  /** A signed 32-bit integer. */
  I32(4) {
    @Override
    public float at(ByteBuffer bytes, int index) {
      return bytes.getInt(index);
    }
  },
  /** A signed 16-bit integer. */
  I16(2) {
    @Override
    public float at(ByteBuffer bytes, int index) {
      return bytes.getShort(index);
    }
  },
  /** A signed 8-bit integer. */
  I8(1) {
    @Override
    public float at(ByteBuffer bytes, int index) {
      return bytes.get(index);
    }
  },
  /** An unsigned 64-bit integer. */
  U64(8) {
    @Override
    public float at(ByteBuffer bytes, int index) {
      return UnsignedLong.fromLongBits(bytes.getLong(index)).floatValue();
    }
  },
  /** An unsigned 32-bit integer. */
  U32(4) {
    @Override
    public float at(ByteBuffer bytes, int index) {
      return Integer.toUnsignedLong(bytes.getInt(index));
    }
  },
  /** An unsigned 16-bit integer. */
  U16(2) {
    @Override
    public float at(ByteBuffer bytes, int index) {
      return Short.toUnsignedInt(bytes.getShort(index));
    }
  },
  /** An unsigned 8-bit integer. */
  U8(1) {
    @Override
    public float at(ByteBuffer bytes, int index) {
      return Byte.toUnsignedInt(bytes.get(index));
    }
  },
  /** A byte that is 0 for false and another number for true, which is read as 1. */
  BOOL(1) {
    @Override
    public float at(ByteBuffer bytes, int index) {
      return bytes.get(index) == 0 ? 0 : 1;
    }
  },
  /** Five exponent bits and two fraction bits: the upper half of a binary16. */
  F8_E5M2(1) {
    @Override
    public float at(ByteBuffer bytes, int index) {
      return half((short) (bytes.get(index) << 8));
    }
  },
  /** Four exponent bits (bias 7) and three fraction bits, without infinities. */
  F8_E4M3(1) {
    @Override
    public float at(ByteBuffer bytes, int index) {
      int bits = bytes.get(index);
      int exponent = bits >> 3 & 0xf;
      int fraction = bits & 7;
      float magnitude =
          (bits & 0x7f) == 0x7f
              ? Float.NaN
              : exponent == 0
                  ? fraction * 0x1p-9f // subnormal
                  : Math.scalb(8f + fraction, exponent - 10);
      return bits < 0 ? -magnitude : magnitude;
    }
  };

  private final int bytes;

  NumberType(int bytes) {
    this.bytes = bytes;
  }

  /** {@return the number of bytes per value} */
  public int bytes() {
    return bytes;
  }

  /**
   * {@return the number that begins at a byte index}
   *
   * @param bytes a buffer in little-endian order
   * @param index the index of the number's first byte
   */
  public abstract float at(ByteBuffer bytes, int index);

  /**
   * Copies the first {@code count} numbers of the buffer into the array, beginning at {@code from}.
   */
  void copy(ByteBuffer bytes, float[] target, int from, int count) {
    for (int i = 0; i < count; i++) {
      target[from + i] = at(bytes, i * this.bytes);
    }
  }

  /**
   * {@return the float32 value of an IEEE 754 binary16} The format has one sign bit, five exponent
   * bits (bias 15) and ten fraction bits.
   *
   * @param bits the 16 bits of the number
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
