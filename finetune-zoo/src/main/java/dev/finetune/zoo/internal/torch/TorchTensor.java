package dev.finetune.zoo.internal.torch;

import com.google.common.math.LongMath;
import dev.finetune.zoo.internal.pickle.Call;
import dev.finetune.zoo.internal.pickle.Dictionary;
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
 * @param negative whether the values are the negatives of those in the storage; PyTorch negates
 *     some views, such as the imaginary part of a conjugate, only when they are read
 */
record TorchTensor(
    String storage,
    StorageType type,
    long offset,
    List<Integer> shape,
    List<Integer> strides,
    boolean negative) {

  private static final String PARAMETER = "_rebuild_parameter";
  private static final String PARAMETER_WITH_STATE = "_rebuild_parameter_with_state";
  private static final String FROM_TYPE = "_rebuild_from_type_v2";
  private static final String WITH_TYPE = "_rebuild_tensor_v3";
  private static final String QUANTISED = "_rebuild_qtensor";
  private static final String SPARSE = "_rebuild_sparse_tensor";
  private static final String META = "_rebuild_meta_tensor_no_storage";

  /** The argument with the type of a tensor whose storage has none. */
  private static final int TYPE = 6;

  /** The deepest nesting of calls around a tensor. */
  private static final int DEPTH = 4;

  /** Returns the tensor that a call restores; null if it is of a kind that is not supported. */
  static @Nullable TorchTensor of(Call call) {
    Restored inner = innermost(call);
    return inner == null || described(inner) != null
        ? null
        : tensor(inner.arguments(), inner.function().equals(WITH_TYPE));
  }

  /**
   * Returns the description of a tensor that is not stored as values in the order of its
   * dimensions; null if a call restores none. Its values cannot be read, but it has to be known
   * that it is there.
   */
  static @Nullable TensorInfo described(Call call) {
    Restored inner = innermost(call);
    return inner == null ? null : described(inner);
  }

  /** A call that restores a tensor without what is around it, such as a parameter. */
  private record Restored(String function, Items arguments) {}

  private static @Nullable Restored innermost(Call call) {
    Call found = call;
    for (int depth = 0; depth < DEPTH; depth++) {
      String function = last(found.function());
      switch (function) {
        case PARAMETER, PARAMETER_WITH_STATE -> {
          if (!(found.arguments().at(0) instanceof Call inner)) {
            return null;
          }
          found = inner;
        }
        case FROM_TYPE -> {
          // The arguments are a function, a subclass of Tensor, and the function's arguments.
          return found.arguments().at(0) instanceof Global inner
                  && found.arguments().at(2) instanceof Items arguments
              ? new Restored(last(inner.name()), arguments)
              : null;
        }
        default -> {
          return new Restored(function, found.arguments());
        }
      }
    }
    return null;
  }

  private static String last(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static @Nullable TensorInfo described(Restored restored) {
    Items arguments = restored.arguments();
    return switch (restored.function()) {
      case QUANTISED -> described("quantised integers", arguments.at(2));
      case META -> described("no values (device meta)", arguments.at(1));
      case SPARSE ->
          // The arguments are the layout, then the indices, the values and the shape.
          described(
              "sparse values",
              arguments.at(1) instanceof Items parts
                  ? parts.values().stream().filter(TorchTensor::sizes).findFirst().orElse(null)
                  : null);
      default -> null;
    };
  }

  private static boolean sizes(Object value) {
    return value instanceof Items items
        && !items.values().isEmpty()
        && items.values().stream().allMatch(Long.class::isInstance);
  }

  private static TensorInfo described(String type, @Nullable Object sizes) {
    List<Integer> shape = sizes instanceof Items items ? integers(items) : null;
    return new TensorInfo(shape == null ? List.of() : shape, type, false);
  }

  /** Reads the arguments storage, offset, shape and strides. */
  private static @Nullable TorchTensor tensor(Items arguments, boolean withType) {
    if (!(arguments.at(0) instanceof Persistent storage)
        || !(storage.id() instanceof Items id)
        || !(id.at(2) instanceof String key)
        || !(arguments.at(1) instanceof Long offset)
        || !(arguments.at(2) instanceof Items sizes)
        || !(arguments.at(3) instanceof Items steps)) {
      return null;
    }
    StorageType type = type(storage);
    if (type != null && withType && arguments.at(TYPE) instanceof Global named) {
      type = type.named(last(named.name()));
    }
    List<Integer> shape = integers(sizes);
    List<Integer> strides = integers(steps);
    long from = LongMath.saturatedAdd(offset, view(id));
    return type == null
            || shape == null
            || strides == null
            || strides.size() != shape.size()
            || from < 0
        ? null
        : new TorchTensor(
            key, type, from, shape, strides, negative(arguments.at(withType ? TYPE + 1 : TYPE)));
  }

  private static boolean negative(@Nullable Object metadata) {
    return metadata instanceof Dictionary marks && Boolean.TRUE.equals(marks.entries().get("neg"));
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
