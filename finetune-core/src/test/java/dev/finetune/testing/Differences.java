package dev.finetune.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;

/** Compares the values of an engine with expected ones. */
final class Differences {

  private Differences() {}

  /**
   * Checks the norm of the difference between values and expected values.
   *
   * @param tolerance the largest norm of the difference, relative to the norm of the expected
   *     values. Expected norms below 1e-6 count as 1e-6.
   * @param what the name of the values, for the message
   */
  static void requireNear(float[] given, double[] expected, double tolerance, String what) {
    assertThat(given).as(what).hasSize(expected.length);
    double off =
        norm(IntStream.range(0, given.length).mapToDouble(i -> given[i] - expected[i]).toArray());
    assertThat(off)
        .as("distance of %s from the expected values, which have the norm %s", what, norm(expected))
        .isLessThanOrEqualTo(tolerance * Math.max(norm(expected), 1e-6));
  }

  static void requireNear(float[][] given, double[][] expected, double tolerance, String what) {
    assertThat(given).as(what).hasNumberOfRows(expected.length);
    for (int i = 0; i < given.length; i++) {
      requireNear(given[i], expected[i], tolerance, what);
    }
  }

  /** Returns the Euclidean norm. */
  static double norm(double... values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  static double[] doubles(float... values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }
}
