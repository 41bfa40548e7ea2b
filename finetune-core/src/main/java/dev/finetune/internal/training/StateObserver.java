package dev.finetune.internal.training;

import java.util.function.Supplier;

/** Is told between the steps of a training that its state can be taken. */
@FunctionalInterface
public interface StateObserver {

  /**
   * Called after each step, by the thread that trains.
   *
   * @param state copies the state as it is now; not to be called later
   */
  void stepEnded(Supplier<TrainingState> state);
}
