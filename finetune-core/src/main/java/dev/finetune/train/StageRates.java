package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Map;

/** Groups in which earlier stages of the backbone learn more slowly. */
record StageRates(double factor) implements ParameterGroups {

  StageRates {
    checkArgument(factor > 0 && factor <= 1, "factor must be in (0, 1], got %s", factor);
  }

  @Override
  public String name() {
    return "stages";
  }

  @Override
  public Map<String, Double> settings() {
    return Map.of("factor", factor);
  }

  @Override
  public ParameterGroup of(ParameterPlace place) {
    return new ParameterGroup(Math.pow(factor, place.stages() - place.stage()), 1);
  }
}
