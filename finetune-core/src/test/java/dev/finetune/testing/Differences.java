package dev.finetune.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;

/** How far an engine's values are from the expected ones. */
final class Differences {

  private Differences() {}

  /**
   * Checks values.
   *
   * @param tolerance of the expected norm; values that are all next to nothing count as a millionth
   */
  static void requireNear(float[] given, double[] expected, double tolerance, String what) {
    assertThat(given).as(what).hasSize(expected.length);
    double off =
        norm(IntStream.range(0, given.length).mapToDouble(i -> given[i] - expected[i]).toArray());
    assertThat(off)
        .as("distance of %s from what has the norm %s", what, norm(expected))
        .isLessThanOrEqualTo(tolerance * Math.max(norm(expected), 1e-6));
  }

  static void requireNear(float[][] given, double[][] expected, double tolerance, String what) {
    assertThat(given).as(what).hasNumberOfRows(expected.length);
    for (int i = 0; i < given.length; i++) {
      requireNear(given[i], expected[i], tolerance, what);
    }
  }

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
