package dev.finetune.zoo.internal.torch;

import com.google.common.collect.ImmutableMap;
import dev.finetune.weights.safetensors.NumberType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The number type of a storage.
 *
 * @param name the name of the type in PyTorch, such as {@code float32}
 * @param bytes the number of bytes per value
 * @param number the format, if it is one of floating-point numbers that can be read
 */
record StorageType(String name, int bytes, Optional<NumberType> number) {

  /** By the class of the storage in {@code torch}. */
  private static final ImmutableMap<String, StorageType> STORAGES =
      ImmutableMap.<String, StorageType>builder()
          .put("FloatStorage", of("float32", NumberType.F32))
          .put("DoubleStorage", of("float64", NumberType.F64))
          .put("HalfStorage", of("float16", NumberType.F16))
          .put("BFloat16Storage", of("bfloat16", NumberType.BF16))
          .put("LongStorage", other("int64", 8))
          .put("IntStorage", other("int32", 4))
          .put("ShortStorage", other("int16", 2))
          .put("CharStorage", other("int8", 1))
          .put("ByteStorage", other("uint8", 1))
          .put("BoolStorage", other("bool", 1))
          .put("UntypedStorage", other("untyped", 1))
          .put("ComplexFloatStorage", other("complex64", 8))
          .put("ComplexDoubleStorage", other("complex128", 16))
          .put("QInt8Storage", other("qint8", 1))
          .put("QUInt8Storage", other("quint8", 1))
          .put("QInt32Storage", other("qint32", 4))
          .buildOrThrow();

  private static StorageType of(String name, NumberType number) {
    return new StorageType(name, number.bytes(), Optional.of(number));
  }

  private static StorageType other(String name, int bytes) {
    return new StorageType(name, bytes, Optional.empty());
  }

  /** Returns the type of a tensor that says itself what its storage of bytes contains. */
  StorageType named(String dtype) {
    return new StorageType(dtype, bytes, number);
  }

  /**
   * Returns the type of a storage; null if it is unknown.
   *
   * @param storage the class of the storage, such as {@code torch.FloatStorage}
   */
  static @Nullable StorageType of(String storage) {
    return STORAGES.get(storage.substring(storage.lastIndexOf('.') + 1));
  }
}
