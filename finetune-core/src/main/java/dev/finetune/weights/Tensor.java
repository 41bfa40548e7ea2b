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
 * <p>The array is shared, not copied: a backbone's weights can be half a gigabyte. Whoever makes a
 * tensor gives the array away.
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
        "A tensor of shape %s has %s values, got %s",
        shape,
        expected,
        values.length);
  }

  /** A tensor over that array, which is not copied. */
  public static Tensor of(List<Integer> shape, float[] values) {
    return new Tensor(shape, values);
  }

  /** The dimensions, slowest first. */
  public List<Integer> shape() {
    return shape;
  }

  /** The place in {@link #values} of the first that is NaN or infinite, if there is one. */
  public OptionalInt firstNonFinite() {
    return Finite.first(values);
  }

  /** The values themselves, not a copy; not to be written to. */
  public float[] values() {
    return values;
  }

  /**
   * The same values with dimensions in another order: dimension {@code i} of the result is
   * dimension {@code order[i]} of this.
   */
  public Tensor permute(int... order) {
    int rank = shape.size();
    checkArgument(
        Arrays.equals(Arrays.stream(order).sorted().toArray(), IntStream.range(0, rank).toArray()),
        "An order names each of the %s dimensions once, got %s",
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
