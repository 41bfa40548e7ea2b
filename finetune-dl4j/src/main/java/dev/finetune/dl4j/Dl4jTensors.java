package dev.finetune.dl4j;

import dev.finetune.internal.dl4j.ArrayValues;
import dev.finetune.weights.Tensor;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Tensors as ND4J's arrays, and back. Values are copied. */
public final class Dl4jTensors {

  private Dl4jTensors() {}

  /**
   * Returns a float32 array of the tensor's shape, in C order. It belongs to no workspace; the
   * caller closes it.
   */
  public static INDArray array(Tensor tensor) {
    return ArrayValues.array(
        tensor.values(), tensor.shape().stream().mapToLong(Integer::longValue).toArray());
  }

  /**
   * Returns a tensor of the array's shape. Its values are those that the array's indices name,
   * whatever its order and strides, rounded to float32.
   *
   * @throws IllegalArgumentException if the array holds no numbers
   * @throws ArithmeticException if a dimension is above 2<sup>31</sup> - 1
   */
  public static Tensor tensor(INDArray array) {
    return Tensor.of(
        Arrays.stream(array.shape()).mapToInt(Math::toIntExact).boxed().toList(),
        ArrayValues.of(array));
  }
}
