package dev.finetune.train;

import java.util.Map;

/** Groups in which all parameters learn in the same way. */
record SameGroups() implements ParameterGroups {

  static final ParameterGroups INSTANCE = new SameGroups();

  @Override
  public String name() {
    return "same";
  }

  @Override
  public Map<String, Double> settings() {
    return Map.of();
  }

  @Override
  public ParameterGroup of(ParameterPlace place) {
    return ParameterGroup.WHOLE;
  }
}
