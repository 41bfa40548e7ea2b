package dev.finetune.train;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The weight 1 for every class. */
record NoClassWeights() implements ClassWeights {

  static final ClassWeights INSTANCE = new NoClassWeights();

  @Override
  public String name() {
    return "none";
  }

  @Override
  public Map<String, Double> settings() {
    return Map.of();
  }

  @Override
  public double[] weights(List<String> classNames, int[] labels) {
    double[] weights = new double[classNames.size()];
    Arrays.fill(weights, 1);
    return weights;
  }
}
