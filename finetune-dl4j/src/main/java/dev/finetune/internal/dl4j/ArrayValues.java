package dev.finetune.internal.dl4j;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.function.Consumer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The values of ND4J's arrays as they are indexed, whatever their type, order and strides. */
public final class ArrayValues {

  private ArrayValues() {}

  /**
   * Returns the values as float32, last index fastest.
   *
   * @throws IllegalArgumentException if the array holds no numbers
   */
  public static float[] of(INDArray array) {
    return changed(array, copy -> {});
  }

  /**
   * Returns the values as above, after a change to a float32 copy of the array. The copy has the
   * array's shape, belongs to no workspace and is closed.
   */
  public static float[] changed(INDArray array, Consumer<INDArray> change) {
    DataType type = array.dataType();
    checkArgument(
        type.isFPType() || type.isIntType(), "An array of numbers is needed, got one of %s", type);
    if (array.isEmpty()) {
      return new float[0];
    }
    try (INDArray copy = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', array.shape())) {
      copy.assign(array);
      change.accept(copy);
      return copy.data().asFloat();
    }
  }

  /** Returns an array of those float32 values, last index fastest, that belongs to no workspace. */
  public static INDArray array(float[] values, long... shape) {
    INDArray array = uninitialized(shape);
    if (!array.isEmpty()) {
      array.data().setData(values);
    }
    return array;
  }

  /** Returns a float32 array in C order that belongs to no workspace, of any values. */
  public static INDArray uninitialized(long... shape) {
    Backend.require();
    return Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', shape);
  }

  /** Returns a shape as messages have it, such as {@code [2, 3, 8, 8]}. */
  public static String shape(INDArray array) {
    return Arrays.toString(array.shape());
  }
}
