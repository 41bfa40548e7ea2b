package dev.finetune;

import dev.finetune.internal.training.StoppedTraining;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Thrown if a training fails after its first step for another reason than its numbers: an observer
 * or a metric throws, an image can no longer be read, or a checkpoint cannot be written. The cause
 * is the original exception.
 */
public final class TrainingFailedException extends TrainingStoppedException {

  private static final long serialVersionUID = 1L;

  TrainingFailedException(StoppedTraining stopped, Supplier<Optional<TrainedModel>> lastFinite) {
    super(
        message(stopped),
        stopped.place().epoch() + 1,
        0,
        stopped.history(),
        lastFinite,
        stopped.getCause());
  }

  private static String message(StoppedTraining stopped) {
    int finished = stopped.history().epochs().size();
    Throwable cause = stopped.getCause();
    String reason = cause == null || cause.getMessage() == null ? "" + cause : cause.getMessage();
    return reason
        + (finished == 0
            ? " (no epoch was finished, so there is no model)"
            : " (lastFinite() returns the model of the finished epochs: " + finished + ")");
  }
}
