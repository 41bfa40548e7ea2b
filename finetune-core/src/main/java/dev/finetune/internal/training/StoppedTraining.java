package dev.finetune.internal.training;

import dev.finetune.train.History;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Thrown when a training run ends before its last epoch. It has the results until then. */
public final class StoppedTraining extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The reason for the end. */
  public enum Reason {
    /** A loss, output, parameter or statistic was not finite. */
    DIVERGED,
    /** The thread was interrupted. */
    INTERRUPTED,
    /** The time limit or a stop signal ended it before there was a model. */
    ENDED,
    /** An observer, a metric or a dataset failed, or a file could not be written. */
    FAILED
  }

  /**
   * The position in a run.
   *
   * @param epoch the epoch, from 1; 0 before the first
   * @param step the step of the epoch, from 1; 0 before the first and in validation
   * @param loss the loss of the step or of validation; 0 if there is none
   */
  public record Place(int epoch, int step, double loss) {}

  private final transient Reason reason;
  private final transient Place place;
  private final transient History history;
  private final transient Optional<Trainer.Result> result;

  StoppedTraining(
      Reason reason,
      Place place,
      History history,
      Optional<Trainer.Result> result,
      @Nullable Throwable cause) {
    super(reason + " at " + place, cause);
    this.reason = reason;
    this.place = place;
    this.history = history;
    this.result = result;
  }

  /** Returns the reason for the end. */
  public Reason reason() {
    return reason;
  }

  /** Returns the position at which the run ended. */
  public Place place() {
    return place;
  }

  /** Returns the epochs that finished with finite numbers. */
  public History history() {
    return history;
  }

  /**
   * Returns what the run would have returned after the last of these epochs; empty if there is
   * none.
   */
  public Optional<Trainer.Result> result() {
    return result;
  }
}
