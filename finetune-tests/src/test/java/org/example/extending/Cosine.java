package org.example.extending;

import dev.finetune.train.Schedule;
import java.util.Map;

/** A schedule that decreases the learning rate to zero along half a cosine. */
record Cosine() implements Schedule {

  @Override
  public String name() {
    return "cosine";
  }

  @Override
  public Map<String, Double> settings() {
    return Map.of();
  }

  @Override
  public double rate(double base, long step, long steps) {
    return base * (1 + Math.cos(Math.PI * (step - 1) / steps)) / 2;
  }
}
