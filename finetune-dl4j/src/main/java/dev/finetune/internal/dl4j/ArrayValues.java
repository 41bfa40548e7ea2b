package dev.finetune.internal.dl4j;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.function.Consumer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Conversions between ND4J arrays of any numeric type, order and strides, and float arrays. */
public final class ArrayValues {

  private ArrayValues() {}

  /**
   * Returns the values of an array in C order, converted to float32.
   *
   * @throws IllegalArgumentException if the array is not numeric
   */
  public static float[] of(INDArray array) {
    return changed(array, copy -> {});
  }

  /**
   * Returns the values of a changed copy of an array, in C order.
   *
   * @param change changes a float32 copy of the array in place; the copy has the array's shape and
   *     belongs to no workspace
   * @throws IllegalArgumentException if the array is not numeric
   */
  public static float[] changed(INDArray array, Consumer<INDArray> change) {
    DataType type = array.dataType();
    checkArgument(
        type.isFPType() || type.isIntType(), "The array must be numeric, got the type %s", type);
    if (array.isEmpty()) {
      return new float[0];
    }
    try (INDArray copy = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', array.shape())) {
      copy.assign(array);
      change.accept(copy);
      return copy.data().asFloat();
    }
  }

  /** Returns a float32 array with those values in C order, which belongs to no workspace. */
  public static INDArray array(float[] values, long... shape) {
    INDArray array = uninitialized(shape);
    if (!array.isEmpty()) {
      array.data().setData(values);
    }
    return array;
  }

  /** Returns an uninitialised float32 array in C order, which belongs to no workspace. */
  public static INDArray uninitialized(long... shape) {
    Backend.require();
    return Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', shape);
  }

  /** Returns an array's shape for messages, such as {@code [2, 3, 8, 8]}. */
  public static String shape(INDArray array) {
    return Arrays.toString(array.shape());
  }
}
