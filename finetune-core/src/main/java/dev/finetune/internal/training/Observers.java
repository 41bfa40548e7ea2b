package dev.finetune.internal.training;

import dev.finetune.data.Interruption;
import dev.finetune.train.TrainingObserver;
import java.util.List;
import java.util.function.Consumer;

/** Calls the observers of a training run, and names the one that throws. */
public final class Observers {

  private final List<TrainingObserver> observers;

  /**
   * Creates the caller of observers.
   *
   * @param observers called in this order
   */
  public Observers(List<TrainingObserver> observers) {
    this.observers = observers;
  }

  /**
   * Calls all observers in order.
   *
   * @param event the name of the method that is called
   * @throws IllegalStateException if an observer throws; the message names it
   */
  public void tell(String event, Consumer<TrainingObserver> call) {
    for (TrainingObserver observer : observers) {
      try {
        call.accept(observer);
      } catch (RuntimeException e) {
        throw Interruption.caused(e) ? e : failed(observer, event, e);
      }
    }
  }

  /** Calls all observers at the end of a failed run. Adds what they throw to the failure. */
  public void tellFailure(RuntimeException failure) {
    for (TrainingObserver observer : observers) {
      try {
        observer.trainingFailed(failure);
      } catch (RuntimeException e) {
        failure.addSuppressed(failed(observer, "trainingFailed", e));
      }
    }
  }

  private static RuntimeException failed(
      TrainingObserver observer, String event, RuntimeException cause) {
    return new IllegalStateException(
        "An observer must not throw; " + event + " of " + name(observer) + " threw " + cause,
        cause);
  }

  private static String name(TrainingObserver observer) {
    return observer.getClass().getName();
  }
}
