package dev.finetune.train;

import java.util.Map;

/** Groups in which only kernels have weight decay. */
record KernelDecay() implements ParameterGroups {

  static final ParameterGroups INSTANCE = new KernelDecay();

  private static final ParameterGroup WITHOUT = new ParameterGroup(1, 0);

  @Override
  public String name() {
    return "no-decay-for-biases-and-norms";
  }

  @Override
  public Map<String, Double> settings() {
    return Map.of();
  }

  @Override
  public ParameterGroup of(ParameterPlace place) {
    return switch (place.spec().role()) {
      case KERNEL, DEPTHWISE_KERNEL -> ParameterGroup.WHOLE;
      default -> WITHOUT;
    };
  }
}
