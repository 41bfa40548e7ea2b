package org.example.extending;

import dev.finetune.train.Optimizer;
import java.util.List;
import java.util.Map;

/** Gradient descent with momentum, as an application's optimizer. */
record Momentum(double learningRate, double momentum) implements Optimizer {

  @Override
  public String name() {
    return "momentum";
  }

  @Override
  public Map<String, Double> settings() {
    return Map.of("learningRate", learningRate, "momentum", momentum);
  }

  @Override
  public List<String> slots() {
    return List.of("velocity");
  }

  @Override
  public Rule rule(long step, double rate, double decay) {
    return (values, gradients, slots, length) -> {
      float[] velocity = slots[0];
      for (int i = 0; i < length; i++) {
        velocity[i] = (float) (momentum * velocity[i] - rate * gradients[i]);
        values[i] += velocity[i];
      }
    };
  }
}
