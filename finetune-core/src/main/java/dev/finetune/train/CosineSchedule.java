package dev.finetune.train;

import java.util.Map;

/** A schedule along half a cosine. */
record CosineSchedule(double lowest) implements Schedule {

  CosineSchedule {
    Ranges.lowest(lowest);
  }

  @Override
  public String name() {
    return "cosine";
  }

  @Override
  public Map<String, Double> settings() {
    return Map.of("lowest", lowest);
  }

  @Override
  public double rate(double base, long step, long steps) {
    double left = (1 + Math.cos(Math.PI * (step - 1) / steps)) / 2;
    return base * (lowest + (1 - lowest) * left);
  }
}
