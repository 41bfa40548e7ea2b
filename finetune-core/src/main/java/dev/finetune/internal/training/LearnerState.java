package dev.finetune.internal.training;

import com.google.common.collect.ImmutableMap;
import dev.finetune.weights.Weights;
import java.util.Map;

/**
 * The state of a learner between two steps. Random numbers need no state: each step has its own
 * seed.
 *
 * @param weights parameters and running statistics
 * @param slots the optimizer slots of each trained parameter, by the name of the slot, and the
 *     moving average of its values if the plan has one. Their values are in the order of the engine
 *     that they come from.
 * @param steps the number of steps taken
 */
public record LearnerState(Weights weights, Map<String, Weights> slots, long steps) {

  public LearnerState {
    slots = ImmutableMap.copyOf(slots);
  }
}
