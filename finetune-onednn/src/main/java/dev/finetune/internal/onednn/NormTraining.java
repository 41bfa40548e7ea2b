package dev.finetune.internal.onednn;

import dev.finetune.engine.NormPolicy;
import dev.finetune.engine.ObservedStatistics;
import dev.finetune.graph.layer.ParameterRole;

/**
 * The inference statistics of a network's trainable batch normalisation: how they are obtained, and
 * those observed so far.
 *
 * @param policy how each layer gets its statistics
 * @param observed the statistics collected in a pass over the training images
 */
record NormTraining(NormPolicy policy, ObservedStatistics observed) {

  NormTraining(NormPolicy policy) {
    this(policy, new ObservedStatistics());
  }

  /** Stores the observed statistics as the layers' moving mean and variance. */
  void settle(ParameterStore parameters) {
    observed.settle(
        (layer, mean, variance) -> {
          parameters.memory(layer, ParameterRole.MOVING_MEAN).put(mean);
          parameters.memory(layer, ParameterRole.MOVING_VARIANCE).put(variance);
        });
  }
}
