package dev.finetune;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Suppliers;
import dev.finetune.train.History;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Thrown if a training stops before its last epoch. {@link #lastFinite()} returns the model of the
 * finished epochs:
 *
 * <pre>{@code
 * try {
 *   model = plan.train(train, valid, options);
 * } catch (TrainingStoppedException e) {
 *   model = e.lastFinite(FineTunedModel.class).orElseThrow(() -> e);
 * }
 * }</pre>
 */
public abstract sealed class TrainingStoppedException extends IllegalStateException
    permits TrainingDivergedException, TrainingFailedException, TrainingInterruptedException {

  private static final long serialVersionUID = 1L;

  /** The epoch in which training stopped, from 1; 0 before the first. */
  private final int epoch;

  /** The step in which training stopped, from 1; 0 before the first epoch and in validation. */
  private final int step;

  private final transient History history;
  private final transient Supplier<Optional<TrainedModel>> lastFinite;

  TrainingStoppedException(
      String message,
      int epoch,
      int step,
      History history,
      Supplier<Optional<TrainedModel>> lastFinite,
      @Nullable Throwable cause) {
    super(message, cause);
    this.epoch = epoch;
    this.step = step;
    this.history = history;
    this.lastFinite = Suppliers.memoize(lastFinite::get);
  }

  /** {@return the epoch in which training stopped, from 1; 0 before the first} */
  public int epoch() {
    return epoch;
  }

  /**
   * {@return the step of that epoch, from 1; 0 before the first epoch, in validation, and if it is
   * not known}
   */
  public int step() {
    return step;
  }

  /** {@return the results of the finished epochs, all finite; may be empty} */
  public History history() {
    return history;
  }

  /**
   * {@return the model that training for the finished epochs only would have returned: with {@code
   * Keep.LAST} that of the last one, with {@code Keep.BEST} that of the best one; empty if no epoch
   * was finished} It is created by the first call. It is a {@link FineTunedModel}, {@link TagModel}
   * or {@link ValueModel}, as the training would have returned.
   */
  public Optional<TrainedModel> lastFinite() {
    return lastFinite.get();
  }

  /**
   * {@return {@link #lastFinite()} as the class that the training would have returned}
   *
   * @param <M> the class of the model
   * @param type the class of the model, such as {@code FineTunedModel.class}
   * @throws IllegalArgumentException if the model is of another class
   */
  public <M extends TrainedModel> Optional<M> lastFinite(Class<M> type) {
    Optional<TrainedModel> model = lastFinite();
    model.ifPresent(
        m ->
            checkArgument(
                type.isInstance(m),
                "type must be %s, which the training returns, got %s",
                m.getClass().getSimpleName(),
                type.getSimpleName()));
    return model.map(type::cast);
  }
}
