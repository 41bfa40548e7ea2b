package dev.finetune.internal.training;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The mean and standard deviation of each value in training. A network learns values with mean 0
 * and deviation 1; users see the original units.
 *
 * @param means the means
 * @param deviations the standard deviations, over 0
 */
public record ValueScale(List<Double> means, List<Double> deviations) {

  public ValueScale {
    means = ImmutableList.copyOf(means);
    deviations = ImmutableList.copyOf(deviations);
  }

  /**
   * Returns the scale of training values. Deviations are those of the population: divided by the
   * number of images.
   *
   * @param names the names of the values
   * @param values the numbers by image and value
   * @throws IllegalArgumentException if a deviation is 0, or overflows
   */
  public static ValueScale of(List<String> names, double[][] values) {
    double[] means = new double[names.size()];
    double[] deviations = new double[names.size()];
    for (int i = 0; i < means.length; i++) {
      int index = i;
      double mean = Arrays.stream(values).mapToDouble(row -> row[index]).average().orElseThrow();
      double variance =
          Arrays.stream(values)
              .mapToDouble(row -> (row[index] - mean) * (row[index] - mean))
              .average()
              .orElseThrow();
      means[i] = mean;
      deviations[i] = Math.sqrt(variance);
      checkArgument(
          deviations[i] > 0 && Double.isFinite(deviations[i]),
          "The standard deviation of the training values must be over 0 and finite, got %s for %s",
          Double.valueOf(deviations[i]),
          names.get(i));
    }
    return new ValueScale(
        Arrays.stream(means).boxed().toList(), Arrays.stream(deviations).boxed().toList());
  }

  /** Returns numbers by image and value with mean 0 and deviation 1. */
  double[][] standardised(double[][] values) {
    return Arrays.stream(values)
        .map(
            row ->
                IntStream.range(0, row.length)
                    .mapToDouble(i -> (row[i] - means.get(i)) / deviations.get(i))
                    .toArray())
        .toArray(double[][]::new);
  }

  /** Returns the outputs of a network in the original units. */
  public double[] original(float[] outputs) {
    return IntStream.range(0, outputs.length)
        .mapToDouble(i -> outputs[i] * deviations.get(i) + means.get(i))
        .toArray();
  }
}
