package dev.finetune.zoo.internal.tensors;

import com.google.common.math.LongMath;
import java.util.List;

/**
 * What a file says about a tensor, without its values.
 *
 * @param shape the dimensions, slowest first, each at least 0
 * @param type the name of the number type, such as {@code float32}
 * @param floating whether the type is one of floating-point numbers that can be read
 */
public record TensorInfo(List<Integer> shape, String type, boolean floating) {

  /** Creates a description. Copies the shape. */
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /** Returns the number of values; {@code Long.MAX_VALUE} if it is larger. */
  public long count() {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, LongMath::saturatedMultiply);
  }

  @Override
  public String toString() {
    return shape + " of type " + type;
  }
}
