package dev.finetune.train;

import com.google.common.collect.ImmutableMap;
import java.util.Map;

/** Groups with the product of the factors of two. */
record BothGroups(ParameterGroups first, ParameterGroups second) implements ParameterGroups {

  @Override
  public String name() {
    return first.name() + "+" + second.name();
  }

  /** Returns the settings of both, each with the name of its groups, which may be the same. */
  @Override
  public Map<String, Double> settings() {
    ImmutableMap.Builder<String, Double> settings = ImmutableMap.builder();
    first.settings().forEach((key, value) -> settings.put(first.name() + "." + key, value));
    String suffix = second.name().equals(first.name()) ? "#2." : ".";
    second.settings().forEach((key, value) -> settings.put(second.name() + suffix + key, value));
    return settings.buildOrThrow();
  }

  @Override
  public ParameterGroup of(ParameterPlace place) {
    ParameterGroup one = first.of(place);
    ParameterGroup other = second.of(place);
    return new ParameterGroup(one.rate() * other.rate(), one.decay() * other.decay());
  }
}
