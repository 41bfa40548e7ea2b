package dev.finetune.internal.training;

import java.util.function.Supplier;

/** An observer that can copy the state of a training run between steps. */
@FunctionalInterface
public interface StateObserver {

  /**
   * Called after each step by the thread that trains.
   *
   * @param state returns a copy of the current state; must not be called after this method returns
   */
  void stepEnded(Supplier<TrainingState> state);
}
