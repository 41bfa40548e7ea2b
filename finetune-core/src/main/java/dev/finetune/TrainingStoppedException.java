package dev.finetune;

import com.google.common.base.Suppliers;
import dev.finetune.train.History;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A training that ended before its last epoch. What it had learned until then is not lost: {@link
 * #lastFinite()} has it.
 *
 * <pre>{@code
 * try {
 *   model = plan.train(train, valid, options);
 * } catch (TrainingStoppedException e) {
 *   model = e.lastFinite().orElseThrow(() -> e);
 * }
 * }</pre>
 */
public abstract sealed class TrainingStoppedException extends IllegalStateException
    permits TrainingDivergedException, TrainingInterruptedException {

  private static final long serialVersionUID = 1L;

  private final int epoch;
  private final int step;
  private final transient History history;
  private final transient Supplier<Optional<FineTunedModel>> lastFinite;

  TrainingStoppedException(
      String message,
      int epoch,
      int step,
      History history,
      Supplier<Optional<FineTunedModel>> lastFinite,
      @Nullable Throwable cause) {
    super(message, cause);
    this.epoch = epoch;
    this.step = step;
    this.history = history;
    this.lastFinite = Suppliers.memoize(lastFinite::get);
  }

  /** The epoch in which it ended, from 1; 0 before the first. */
  public int epoch() {
    return epoch;
  }

  /** The step of that epoch, from 1; 0 before the first and in validation. */
  public int step() {
    return step;
  }

  /** The epochs that ended before, all with finite losses; there may be none. */
  public History history() {
    return history;
  }

  /**
   * The model that training would have given, had it been asked for the epochs of {@link #history}
   * only: with {@code Keep.LAST} that after the last of them, with {@code Keep.BEST} that after the
   * best. Empty if no epoch ended. It is made when first asked for.
   */
  public Optional<FineTunedModel> lastFinite() {
    return lastFinite.get();
  }
}
