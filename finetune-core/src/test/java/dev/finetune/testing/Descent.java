package dev.finetune.testing;

import dev.finetune.train.Optimizer;
import java.util.List;
import java.util.Map;

/**
 * Plain gradient descent: each step subtracts the gradient times the learning rate.
 *
 * @param learningRate the learning rate
 */
public record Descent(double learningRate) implements Optimizer {

  @Override
  public String name() {
    return "descent";
  }

  @Override
  public Map<String, Double> settings() {
    return Map.of("learningRate", learningRate);
  }

  @Override
  public List<String> slots() {
    return List.of();
  }

  @Override
  public Rule rule(long step, double rate, double decay) {
    return (values, gradients, slots, length) -> {
      for (int i = 0; i < length; i++) {
        values[i] -= (float) rate * gradients[i];
      }
    };
  }
}
