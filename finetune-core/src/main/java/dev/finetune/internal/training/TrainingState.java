package dev.finetune.internal.training;

import com.google.common.collect.ImmutableMap;
import dev.finetune.train.History;
import java.util.Map;
import java.util.Optional;

/**
 * The complete state of a training run between two steps. A resumed run computes the same bits as
 * one that was never interrupted. Random numbers need no state: they follow from the seed, the
 * epoch and the step.
 *
 * @param settings the settings that the resumed run must have, by name
 * @param learner parameters, running statistics and optimizer slots
 * @param history the finished epochs
 * @param sums the sums of the unfinished epoch
 * @param kept what the run keeps of the finished epochs; empty before the first
 */
public record TrainingState(
    Map<String, String> settings,
    LearnerState learner,
    History history,
    EpochSums sums,
    Optional<Kept> kept) {

  public TrainingState {
    settings = ImmutableMap.copyOf(settings);
  }

  /** Returns the number of the unfinished epoch, from 1. */
  public int epoch() {
    return history.epochs().size() + 1;
  }

  /** Returns the number of steps of the unfinished epoch. */
  public int step() {
    return sums.steps();
  }
}
