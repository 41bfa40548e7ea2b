package dev.finetune.zoo.weights;

import dev.finetune.train.Optimizer;
import java.util.List;
import java.util.Map;

/** An optimizer that replaces the values with the gradients, so that a test can read them. */
final class GradientsAsValues implements Optimizer {

  @Override
  public String name() {
    return "gradients";
  }

  @Override
  public double learningRate() {
    return 1;
  }

  @Override
  public Map<String, Double> settings() {
    return Map.of();
  }

  @Override
  public List<String> slots() {
    return List.of();
  }

  @Override
  public Rule rule(long step, double learningRate, double decay) {
    return (values, gradients, slots, length) -> System.arraycopy(gradients, 0, values, 0, length);
  }
}
