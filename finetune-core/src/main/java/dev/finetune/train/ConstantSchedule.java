package dev.finetune.train;

import java.util.Map;

/** A schedule that does not change the learning rate. */
record ConstantSchedule() implements Schedule {

  static final Schedule INSTANCE = new ConstantSchedule();

  @Override
  public String name() {
    return "constant";
  }

  @Override
  public Map<String, Double> settings() {
    return Map.of();
  }

  @Override
  public double rate(double base, long step, long steps) {
    return base;
  }
}
