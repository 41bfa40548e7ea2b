package dev.finetune;

import dev.finetune.internal.training.StoppedTraining;
import dev.finetune.train.History;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Thrown if the training thread is interrupted. The training stops between two steps; the thread
 * stays interrupted. Also thrown if the time limit or a stop signal ends a training before its
 * first step, so that there is no model.
 */
public final class TrainingInterruptedException extends TrainingStoppedException {

  private static final long serialVersionUID = 1L;

  private TrainingInterruptedException(
      String message,
      int epoch,
      int step,
      History history,
      Supplier<Optional<TrainedModel>> lastFinite,
      @Nullable Throwable cause) {
    super(message, epoch, step, history, lastFinite, cause);
  }

  /** Returns an exception for the interruption of a training. */
  static TrainingInterruptedException interrupted(
      StoppedTraining stopped, Supplier<Optional<TrainedModel>> lastFinite) {
    int epoch = stopped.place().epoch();
    return new TrainingInterruptedException(
        message(epoch, stopped.history()),
        epoch,
        stopped.place().step(),
        stopped.history(),
        lastFinite,
        stopped);
  }

  /** Returns an exception for a time limit or a stop signal before the first step. */
  static TrainingInterruptedException tooEarly(StoppedTraining stopped) {
    return new TrainingInterruptedException(
        "The training must have time for a step before it ends, but the time limit or the stop signal"
            + " ended it before. There is no model",
        0,
        0,
        stopped.history(),
        Optional::empty,
        stopped);
  }

  /** Returns an exception for an interruption before anything was trained. */
  static TrainingInterruptedException early(@Nullable Throwable cause) {
    History history = new History(List.of(), 0);
    return new TrainingInterruptedException(
        message(0, history), 0, 0, history, Optional::empty, cause);
  }

  private static String message(int epoch, History history) {
    int finished = history.epochs().size();
    return "The training thread was interrupted "
        + (epoch == 0 ? "before the first epoch" : "in epoch " + epoch)
        + (finished == 0
            ? "; no epoch was finished, so there is no model"
            : "; lastFinite() returns the model of the finished epochs (" + finished + ")");
  }
}
