package dev.finetune.dl4j;

import dev.finetune.internal.dl4j.ArrayValues;
import dev.finetune.weights.Tensor;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Conversions between tensors and ND4J arrays. Values are copied. */
public final class Dl4jTensors {

  private Dl4jTensors() {}

  /**
   * Returns a tensor's values as an array. It belongs to no workspace; the caller should close it.
   *
   * @param tensor the tensor to copy
   * @return a float32 array of the tensor's shape, in C order
   * @throws IllegalStateException if no ND4J backend works on this machine
   */
  public static INDArray array(Tensor tensor) {
    return ArrayValues.array(
        tensor.values(), tensor.shape().stream().mapToLong(Integer::longValue).toArray());
  }

  /**
   * Returns an array's values as a tensor. The array may have any order and strides.
   *
   * @param array a numeric array
   * @return a tensor of the array's shape, with values rounded to float32
   * @throws IllegalArgumentException if the array is not numeric
   * @throws ArithmeticException if a dimension is above 2<sup>31</sup> - 1
   */
  public static Tensor tensor(INDArray array) {
    return Tensor.of(
        Arrays.stream(array.shape()).mapToInt(Math::toIntExact).boxed().toList(),
        ArrayValues.of(array));
  }
}
