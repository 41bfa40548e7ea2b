package dev.finetune;

import dev.finetune.train.History;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A training whose thread was interrupted: it stops between two steps. The thread stays
 * interrupted.
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

  /** Before anything was trained. */
  static TrainingInterruptedException early(@Nullable Throwable cause) {
    return new TrainingInterruptedException(
        0, 0, new History(List.of(), 0), Optional::empty, cause);
  }

  private static String message(int epoch, History history) {
    int finished = history.epochs().size();
    return "The training's thread was interrupted "
        + (epoch == 0 ? "before the first epoch" : "in epoch " + epoch)
        + (finished == 0
            ? "; no epoch had ended, so there is no model"
            : "; lastFinite() has the model that the "
                + finished
                + " epochs before would have given");
  }
}
