package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Weights with which every class has the same total weight. */
record BalancedClassWeights() implements ClassWeights {

  static final ClassWeights INSTANCE = new BalancedClassWeights();

  @Override
  public String name() {
    return "balanced";
  }

  @Override
  public Map<String, Double> settings() {
    return Map.of();
  }

  @Override
  public double[] weights(List<String> classNames, int[] labels) {
    int[] counts = new int[classNames.size()];
    for (int label : labels) {
      counts[label]++;
    }
    List<String> absent =
        IntStream.range(0, counts.length)
            .filter(label -> counts[label] == 0)
            .mapToObj(classNames::get)
            .toList();
    checkArgument(
        absent.isEmpty(),
        "Balanced class weights need a training image of every class, got none of %s",
        absent);
    return Arrays.stream(counts)
        .mapToDouble(count -> labels.length / ((double) counts.length * count))
        .toArray();
  }
}
