package dev.finetune.internal.training;

import dev.finetune.train.History;
import dev.finetune.weights.Weights;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A training that ended before its last epoch, with what it had until then. */
public final class StoppedTraining extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Why it ended. */
  public enum Reason {
    DIVERGED,
    INTERRUPTED
  }

  /**
   * Where it ended.
   *
   * @param epoch from 1; 0 before the first
   * @param step of the epoch, from 1; 0 before the first and in validation
   * @param loss of the step or of validation; 0 where there is none
   */
  public record Place(int epoch, int step, double loss) {}

  private final transient Reason reason;
  private final transient Place place;
  private final transient History history;
  private final transient Optional<Weights> weights;

  StoppedTraining(
      Reason reason,
      Place place,
      History history,
      Optional<Weights> weights,
      @Nullable Throwable cause) {
    super(reason + " at " + place, cause);
    this.reason = reason;
    this.place = place;
    this.history = history;
    this.weights = weights;
  }

  public Reason reason() {
    return reason;
  }

  public Place place() {
    return place;
  }

  /** The epochs that ended with finite numbers. */
  public History history() {
    return history;
  }

  /** The values of all parameters that training would have given after the last of these. */
  public Optional<Weights> weights() {
    return weights;
  }
}
