package dev.finetune.zoo.internal.keras;

import dev.finetune.weights.safetensors.NumberType;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import io.jhdf.object.datatype.OpaqueDataType;
import io.jhdf.object.datatype.StringData;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The types of numbers in Keras' HDF5 files. */
enum H5Type {
  FLOAT16(2),
  BFLOAT16(2),
  FLOAT32(4),
  FLOAT64(8),
  INT32(4),
  INT64(8);

  private final int bytes;

  H5Type(int bytes) {
    this.bytes = bytes;
  }

  /** Returns the number of bytes of a value. */
  int bytes() {
    return bytes;
  }

  /**
   * Returns the type; empty if weights are not of this type.
   *
   * @param opaque whether a text of two bytes is a bfloat16; see {@link H5Opaque}
   */
  static Optional<H5Type> of(DataType type, boolean opaque) {
    if (type instanceof FloatingPoint real) {
      return Optional.ofNullable(
          switch (type.getSize() + " " + real.getExponentSize() + " " + real.getMantissaSize()) {
            case "2 5 10" -> FLOAT16;
            case "2 8 7" -> BFLOAT16;
            case "4 8 23" -> FLOAT32;
            case "8 11 52" -> FLOAT64;
            default -> null;
          });
    } else if (type instanceof FixedPoint whole && whole.isSigned()) {
      return Optional.ofNullable(
          switch (type.getSize()) {
            case 4 -> INT32;
            case 8 -> INT64;
            default -> null;
          });
    }
    return opaque && type instanceof StringData && type.getSize() == BFLOAT16.bytes
        ? Optional.of(BFLOAT16)
        : Optional.empty();
  }

  /** Returns the name of any type, for messages. */
  static String name(DataType type) {
    int bits = type.getSize() * 8;
    if (type instanceof FixedPoint whole) {
      return (whole.isSigned() ? "int" : "uint") + bits;
    } else if (type instanceof FloatingPoint real) {
      return String.format(
          "a float of %d bits with an exponent of %d bits", bits, real.getExponentSize());
    } else if (type instanceof OpaqueDataType) {
      return "opaque values of " + bits + " bits";
    }
    return type instanceof StringData ? "text" : "HDF5 class " + type.getDataClass();
  }

  /** Converts the next value of a buffer. */
  float next(ByteBuffer from) {
    return switch (this) {
      case FLOAT16 -> NumberType.half(from.getShort());
      case BFLOAT16 -> Float.intBitsToFloat(from.getShort() << 16);
      case FLOAT32 -> from.getFloat();
      case FLOAT64 -> (float) from.getDouble();
      case INT32 -> from.getInt();
      case INT64 -> from.getLong();
    };
  }
}
