package dev.finetune.internal.training;

import com.google.common.collect.ImmutableMap;
import dev.finetune.train.History;
import dev.finetune.weights.Weights;
import java.util.Map;
import java.util.Optional;

/**
 * The complete state of a training between two steps. A training that goes on from it gives the
 * same bits as one that was never interrupted. Random streams have no state of their own: what is
 * drawn follows from the seed, the epoch and the step.
 *
 * @param settings what the training must be given again to go on, by name
 * @param learner parameters, running statistics and optimizer slots
 * @param history the finished epochs
 * @param sums of the epoch that is not finished
 * @param kept weights of the tail that the finished epochs would have given; empty before the first
 */
public record TrainingState(
    Map<String, String> settings,
    LearnerState learner,
    History history,
    EpochSums sums,
    Optional<Weights> kept) {

  public TrainingState {
    settings = ImmutableMap.copyOf(settings);
  }

  /** Returns the number of the epoch that is not finished, from 1. */
  public int epoch() {
    return history.epochs().size() + 1;
  }

  /** Returns how many steps of that epoch were taken. */
  public int step() {
    return sums.steps();
  }
}
