package dev.finetune.internal.training;

import dev.finetune.data.Interruption;
import dev.finetune.internal.training.StoppedTraining.Place;
import dev.finetune.internal.training.StoppedTraining.Reason;
import dev.finetune.train.EpochResult;
import dev.finetune.train.History;
import dev.finetune.train.Keep;
import dev.finetune.train.Score;
import dev.finetune.train.TrainingEnd;
import dev.finetune.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The results of the finished epochs of a training run.
 *
 * <p>After each epoch it keeps a copy of the weights that the run would return if it ended there.
 * They are available if a later epoch fails. The weights before the failing step would not do: a
 * loss that is not finite results from weights that are already bad.
 */
final class Course {

  private final Keep keep;
  private final Score score;
  private final UnaryOperator<Weights> ofModel;
  private final IntUnaryOperator sameSizeSince;
  private final List<EpochResult> epochs = new ArrayList<>();
  private double stemSeconds;
  private TrainingEnd end = TrainingEnd.COMPLETED;
  private @Nullable Kept kept;

  /**
   * Starts before the first epoch.
   *
   * @param keep which epoch's weights the run returns
   * @param score the measure of success
   * @param ofModel returns the weights of all layers of the model for those that train
   * @param sameSizeSince returns the first epoch since which images have the same size as in an
   *     epoch
   */
  Course(Keep keep, Score score, UnaryOperator<Weights> ofModel, IntUnaryOperator sameSizeSince) {
    this.keep = keep;
    this.score = score;
    this.ofModel = ofModel;
    this.sameSizeSince = sameSizeSince;
  }

  /** Starts before the first epoch of a job. */
  static Course of(TrainingJob job) {
    return new Course(
        job.options().keep(), job.data().task().score(), job::ofModel, job::sameSizeSince);
  }

  /** Restores the results of a run that is resumed. */
  void restore(History history, Optional<Kept> before) {
    epochs.clear();
    epochs.addAll(history.epochs());
    stemSeconds = history.stemSeconds();
    kept = before.orElse(null);
  }

  /** Adds the time of a stem pass. */
  void stemTook(double seconds) {
    stemSeconds += seconds;
  }

  /**
   * Adds an epoch and copies its weights if the run would return them.
   *
   * @return whether the epoch is the best so far; then {@link #trained} has its weights
   */
  boolean add(EpochResult epoch, Supplier<Kept> current) {
    epochs.add(epoch);
    boolean best = history().best().epoch() == epoch.epoch();
    if (keep == Keep.LAST || best) {
      kept = null; // Before the next copy, so that there is only one at a time.
      kept = current.get();
    }
    return best;
  }

  /** Ends the run before its last epoch. */
  void end(TrainingEnd reason) {
    end = reason;
  }

  /** Returns the finished epochs. */
  History history() {
    int comparable = epochs.isEmpty() ? 1 : sameSizeSince.applyAsInt(epochs.size());
    return new History(epochs, stemSeconds, score, end, comparable);
  }

  /** Returns what the run keeps of the finished epochs; empty before the first. */
  Optional<Kept> kept() {
    return Optional.ofNullable(kept);
  }

  /** Returns what the run would return now; empty before the first epoch. */
  Optional<Trainer.Result> trained() {
    return kept().map(k -> new Trainer.Result(ofModel.apply(k.weights()), history(), k.fitted()));
  }

  /** Creates the exception for a run that ends early. */
  StoppedTraining stopped(Reason reason, Place place, @Nullable Throwable cause) {
    return new StoppedTraining(reason, place, history(), trained(), cause);
  }

  /**
   * Returns the exception for a run that an exception ends.
   *
   * @param begun whether a step may have been taken, so that a failure ends a training
   */
  RuntimeException failure(RuntimeException e, boolean begun) {
    if (e instanceof StoppedTraining) {
      return e;
    }
    if (Interruption.caused(e)) {
      return stopped(Reason.INTERRUPTED, place(), e);
    }
    return begun ? stopped(Reason.FAILED, place(), e) : e;
  }

  /** Returns the position after the last finished epoch. */
  Place place() {
    return new Place(epochs.size(), 0, 0);
  }
}
