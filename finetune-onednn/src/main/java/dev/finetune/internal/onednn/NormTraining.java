package dev.finetune.internal.onednn;

import dev.finetune.engine.NormPolicy;
import dev.finetune.engine.ObservedStatistics;
import dev.finetune.graph.layer.ParameterRole;

/**
 * What a network's trained batch normalisation does about statistics.
 *
 * @param observed those that a pass over images gives
 */
record NormTraining(NormPolicy policy, ObservedStatistics observed) {

  NormTraining(NormPolicy policy) {
    this(policy, new ObservedStatistics());
  }

  /** Stores what was observed. */
  void settle(ParameterStore parameters) {
    observed.settle(
        (layer, mean, variance) -> {
          parameters.memory(layer, ParameterRole.MOVING_MEAN).put(mean);
          parameters.memory(layer, ParameterRole.MOVING_VARIANCE).put(variance);
        });
  }
}
