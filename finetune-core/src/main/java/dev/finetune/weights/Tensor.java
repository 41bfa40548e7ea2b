package dev.finetune.weights;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A dense float32 array in row-major (C) order.
 *
 * <p>The array is shared, not copied, because the weights of a backbone can take half a gigabyte.
 * Do not write to an array after a tensor was created from it.
 */
public final class Tensor {

  private final List<Integer> shape;
  private final float[] values;

  private Tensor(List<Integer> shape, float[] values) {
    this.shape = List.copyOf(shape);
    this.values = values;
    long expected = this.shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    checkArgument(
        expected == values.length,
        "A tensor of shape %s must have %s values, got %s",
        shape,
        expected,
        values.length);
  }

  /**
   * {@return a tensor backed by the array, which is not copied}
   *
   * @param shape the dimensions, slowest first; empty for a single value
   * @param values as many values as the product of the dimensions
   * @throws IllegalArgumentException if the number of values does not match the shape
   */
  public static Tensor of(List<Integer> shape, float[] values) {
    return new Tensor(shape, values);
  }

  /** {@return the dimensions, slowest first} */
  public List<Integer> shape() {
    return shape;
  }

  /**
   * {@return the index in {@link #values} of the first value that is NaN or infinite; empty if all
   * are finite}
   */
  public OptionalInt firstNonFinite() {
    return Finite.first(values);
  }

  /** {@return the backing array, not a copy; do not write to it} */
  public float[] values() {
    return values;
  }

  /**
   * {@return a copy with the dimensions in another order} Dimension {@code i} of the result is
   * dimension {@code order[i]} of this tensor.
   *
   * @param order each number from 0 to rank - 1 once
   * @throws IllegalArgumentException if a dimension is missing, repeated or out of range
   */
  public Tensor permute(int... order) {
    int rank = shape.size();
    checkArgument(
        Arrays.equals(Arrays.stream(order).sorted().toArray(), IntStream.range(0, rank).toArray()),
        "order must name each of the %s dimensions once, got %s",
        rank,
        Arrays.toString(order));
    int[] sourceStride = new int[rank];
    for (int i = rank - 1, stride = 1; i >= 0; stride *= shape.get(i), i--) {
      sourceStride[i] = stride;
    }
    int[] dims = new int[rank];
    int[] stride = new int[rank];
    for (int i = 0; i < rank; i++) {
      dims[i] = shape.get(order[i]);
      stride[i] = sourceStride[order[i]];
    }
    float[] out = new float[values.length];
    int[] index = new int[rank];
    int source = 0;
    for (int i = 0; i < out.length; i++) {
      out[i] = values[source];
      for (int d = rank - 1; d >= 0; d--) {
        source += stride[d];
        if (++index[d] < dims[d]) {
          break;
        }
        source -= stride[d] * dims[d];
        index[d] = 0;
      }
    }
    return new Tensor(Arrays.stream(dims).boxed().toList(), out);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Tensor that
        && shape.equals(that.shape)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Tensor" + shape;
  }
}
