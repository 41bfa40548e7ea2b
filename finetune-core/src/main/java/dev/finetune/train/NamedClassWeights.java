package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;

/** Weights by class name. */
record NamedClassWeights(Map<String, Double> settings) implements ClassWeights {

  NamedClassWeights {
    settings = ImmutableMap.copyOf(checkNotNull(settings, "weights must not be null"));
    settings.forEach(
        (name, weight) ->
            checkArgument(
                weight >= 0 && Double.isFinite(weight),
                "The weight of a class must be >= 0 and finite, got %s for \"%s\"",
                weight,
                name));
  }

  @Override
  public String name() {
    return "named";
  }

  @Override
  public double[] weights(List<String> classNames, int[] labels) {
    List<String> unknown =
        settings.keySet().stream().filter(name -> !classNames.contains(name)).toList();
    checkArgument(
        unknown.isEmpty(),
        "Class weights must be for the classes %s, got weights for %s",
        classNames,
        unknown);
    return classNames.stream().mapToDouble(name -> settings.getOrDefault(name, 1.0)).toArray();
  }
}
