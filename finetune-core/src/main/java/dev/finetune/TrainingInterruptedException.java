package dev.finetune;

import dev.finetune.train.History;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Thrown if the training thread is interrupted. The training stops between two steps; the thread
 * stays interrupted.
 */
public final class TrainingInterruptedException extends TrainingStoppedException {

  private static final long serialVersionUID = 1L;

  TrainingInterruptedException(
      int epoch,
      int step,
      History history,
      Supplier<Optional<FineTunedModel>> lastFinite,
      @Nullable Throwable cause) {
    super(message(epoch, history), epoch, step, history, lastFinite, cause);
  }

  /** Returns an exception for an interruption before anything was trained. */
  static TrainingInterruptedException early(@Nullable Throwable cause) {
    return new TrainingInterruptedException(
        0, 0, new History(List.of(), 0), Optional::empty, cause);
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
