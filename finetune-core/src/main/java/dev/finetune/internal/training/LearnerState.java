package dev.finetune.internal.training;

import com.google.common.collect.ImmutableMap;
import dev.finetune.weights.Weights;
import java.util.Map;

/**
 * All that a learner is between two steps. Random streams are no part of it: those of a step are
 * found by the step's seed.
 *
 * @param weights parameters and running statistics
 * @param slots what the optimizer remembers of each trained parameter, by the slot's name; values
 *     lie in the order of the engine that they are from
 * @param steps that were taken
 */
public record LearnerState(Weights weights, Map<String, Weights> slots, long steps) {

  public LearnerState {
    slots = ImmutableMap.copyOf(slots);
  }
}
