package dev.finetune.zoo.weights;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The Euclidean norm of a tensor and several sums of its values with random signs, as
 * src/test/python/make_gradient_goldens.py writes them.
 *
 * <p>For vectors s of random signs the mean of (s d)^2 is |d|^2. The root mean square of the
 * differences of two tensors' sums therefore estimates the norm of their difference; with eight
 * sums it is wrong by a factor of two in about one of a hundred cases.
 */
final class TensorSummary {

  private final double norm;
  private final double[] sums;

  private TensorSummary(double norm, double[] sums) {
    this.norm = norm;
    this.sums = sums;
  }

  static TensorSummary of(JsonNode numbers) {
    double[] sums = new double[numbers.size() - 1];
    for (int k = 0; k < sums.length; k++) {
      sums[k] = numbers.get(k + 1).asDouble();
    }
    return new TensorSummary(numbers.get(0).asDouble(), sums);
  }

  static TensorSummary of(double[] values, int count) {
    double squares = 0;
    double[] sums = new double[count];
    for (int i = 0; i < values.length; i++) {
      double value = values[i];
      long signs = signs(i + 1);
      squares += value * value;
      for (int k = 0; k < count; k++) {
        sums[k] += (signs >>> k & 1) == 1 ? value : -value;
      }
    }
    return new TensorSummary(Math.sqrt(squares), sums);
  }

  double norm() {
    return norm;
  }

  /** Returns an estimate of the norm of the difference of the two tensors. */
  double distance(double[] values) {
    TensorSummary other = of(values, sums.length);
    double squares = 0;
    for (int k = 0; k < sums.length; k++) {
      squares += Math.pow(sums[k] - other.sums[k], 2);
    }
    return Math.sqrt(squares / sums.length);
  }

  /** Returns the {@code count}-th number of SplitMix64 with seed 0. */
  private static long signs(int count) {
    long z = count * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
