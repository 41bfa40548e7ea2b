package dev.finetune.internal.onednn;

import dev.finetune.graph.ParameterRole;
import dev.finetune.internal.network.Moments;
import dev.finetune.internal.network.NormPolicy;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a network's trained batch normalisation does about statistics, and what was observed. */
final class NormTraining {

  private final NormPolicy policy;
  private final Map<String, Moments> observed = new LinkedHashMap<>();

  NormTraining(NormPolicy policy) {
    this.policy = policy;
  }

  NormPolicy policy() {
    return policy;
  }

  /** Takes in a batch's statistics of a layer. */
  void add(String layer, float[] mean, float[] variance, int values) {
    observed.computeIfAbsent(layer, l -> new Moments(mean.length)).add(mean, variance, values);
  }

  /**
   * Stores what was observed, and forgets it.
   *
   * @throws IllegalStateException if nothing was
   */
  void settle(ParameterStore parameters) {
    if (observed.isEmpty()) {
      throw new IllegalStateException("Statistics need at least one batch, got none");
    }
    observed.forEach(
        (layer, moments) -> {
          parameters.memory(layer, ParameterRole.MOVING_MEAN).put(moments.mean());
          parameters.memory(layer, ParameterRole.MOVING_VARIANCE).put(moments.variance());
        });
    observed.clear();
  }
}
