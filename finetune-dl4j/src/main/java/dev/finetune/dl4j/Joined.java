package dev.finetune.dl4j;

import dev.finetune.internal.dl4j.ArrayValues;
import dev.finetune.weights.Tensor;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A concatenation of tensors along their first dimension, in one array. */
final class Joined {

  private final int rows;
  private int next;
  private @Nullable INDArray all;

  /**
   * Creates an empty concatenation.
   *
   * @param rows the total size of the first dimension, at least 1
   */
  Joined(int rows) {
    this.rows = rows;
  }

  /** Appends a tensor, whose other dimensions must be those of the first one. */
  void add(Tensor part) {
    INDArray whole = all;
    if (whole == null) {
      long[] shape = part.shape().stream().mapToLong(Integer::longValue).toArray();
      shape[0] = rows;
      whole = ArrayValues.uninitialized(shape);
      all = whole;
    }
    int end = next + part.shape().get(0);
    try (INDArray values = Dl4jTensors.array(part)) {
      whole.get(NDArrayIndex.interval(next, end)).assign(values);
    }
    next = end;
  }

  /**
   * Returns the array.
   *
   * @throws IllegalStateException if rows are missing
   */
  INDArray array() {
    if (all == null || next != rows) {
      throw new IllegalStateException("The array must have " + rows + " rows, got " + next);
    }
    return all;
  }
}
