package dev.finetune.zoo.internal.torch;

import com.google.common.math.LongMath;
import dev.finetune.zoo.internal.pickle.Call;
import dev.finetune.zoo.internal.pickle.Global;
import dev.finetune.zoo.internal.pickle.Items;
import dev.finetune.zoo.internal.pickle.Persistent;
import dev.finetune.zoo.internal.tensors.TensorInfo;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The place of a tensor's values.
 *
 * @param storage the key of the storage
 * @param type the number type of the storage
 * @param offset the index of the first value in the storage, at least 0
 * @param shape the dimensions, each at least 0
 * @param strides the distance in values between neighbours, for each dimension, at least 0
 */
record TorchTensor(
    String storage, StorageType type, long offset, List<Integer> shape, List<Integer> strides) {

  private static final String PARAMETER = "_rebuild_parameter";
  private static final String PARAMETER_WITH_STATE = "_rebuild_parameter_with_state";
  private static final String FROM_TYPE = "_rebuild_from_type_v2";

  /** The deepest nesting of calls around a tensor. */
  private static final int DEPTH = 4;

  /** Returns the tensor that a call restores; null if it is of a kind that is not supported. */
  static @Nullable TorchTensor of(Call call) {
    Call found = call;
    for (int depth = 0; depth < DEPTH; depth++) {
      switch (found.function().substring(found.function().lastIndexOf('.') + 1)) {
        case PARAMETER, PARAMETER_WITH_STATE -> {
          if (!(found.arguments().at(0) instanceof Call inner)) {
            return null;
          }
          found = inner;
        }
        case FROM_TYPE -> {
          // The arguments are a function, a subclass of Tensor, and the function's arguments.
          return found.arguments().at(2) instanceof Items arguments ? tensor(arguments) : null;
        }
        default -> {
          return tensor(found.arguments());
        }
      }
    }
    return null;
  }

  /** Reads the arguments storage, offset, shape and strides. */
  private static @Nullable TorchTensor tensor(Items arguments) {
    if (!(arguments.at(0) instanceof Persistent storage)
        || !(storage.id() instanceof Items id)
        || !(id.at(2) instanceof String key)
        || !(arguments.at(1) instanceof Long offset)
        || !(arguments.at(2) instanceof Items sizes)
        || !(arguments.at(3) instanceof Items steps)) {
      return null;
    }
    StorageType type = type(storage);
    List<Integer> shape = integers(sizes);
    List<Integer> strides = integers(steps);
    long from = LongMath.saturatedAdd(offset, view(id));
    return type == null
            || shape == null
            || strides == null
            || strides.size() != shape.size()
            || from < 0
        ? null
        : new TorchTensor(key, type, from, shape, strides);
  }

  /** Returns the type of a storage; null if it is unknown. A storage is a word, type and key. */
  static @Nullable StorageType type(Persistent storage) {
    return storage.id() instanceof Items id && id.at(1) instanceof Global type
        ? StorageType.of(type.name())
        : null;
  }

  /** Returns the offset of a view. Files of PyTorch before 0.4 have views of storages. */
  private static long view(Items id) {
    return id.at(5) instanceof Items view && view.at(1) instanceof Long offset ? offset : 0;
  }

  private static @Nullable List<Integer> integers(Items items) {
    List<Integer> integers = new ArrayList<>();
    for (Object value : items.values()) {
      if (!(value instanceof Long number) || number < 0 || number > Integer.MAX_VALUE) {
        return null;
      }
      integers.add(number.intValue());
    }
    return integers;
  }

  /** Returns the number of values; {@code Long.MAX_VALUE} if it is larger. */
  long count() {
    return info().count();
  }

  /**
   * Returns the number of values from the start of the storage to the last value of the tensor;
   * {@code Long.MAX_VALUE} if it is larger.
   */
  long span() {
    if (count() == 0) {
      return 0;
    }
    long last = offset;
    for (int d = 0; d < shape.size(); d++) {
      long along = LongMath.saturatedMultiply(shape.get(d) - 1L, strides.get(d));
      last = LongMath.saturatedAdd(last, along);
    }
    return LongMath.saturatedAdd(last, 1);
  }

  TensorInfo info() {
    return new TensorInfo(shape, type.name(), type.number().isPresent());
  }
}
