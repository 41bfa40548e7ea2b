package dev.finetune.internal.training;

import dev.finetune.internal.training.StoppedTraining.Place;
import dev.finetune.internal.training.StoppedTraining.Reason;
import dev.finetune.train.EpochResult;
import dev.finetune.train.History;
import dev.finetune.train.Keep;
import dev.finetune.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the finished epochs of a training have left.
 *
 * <p>After each epoch the weights are copied that training would give if it ended there. So they
 * are at hand when a later epoch goes wrong. The weights before a step would not do: a loss that is
 * not finite comes from weights that are spoilt already.
 */
final class Course {

  private final Keep keep;
  private final Weights initial;
  private final List<EpochResult> epochs = new ArrayList<>();
  private double stemSeconds;
  private @Nullable Weights kept;

  /**
   * Starts before the first epoch.
   *
   * @param initial a value for every parameter of the network, the stem's too
   */
  Course(Keep keep, Weights initial) {
    this.keep = keep;
    this.initial = initial;
  }

  /** Goes on from where another training was. */
  void restore(History history, Optional<Weights> keptWeights) {
    epochs.clear();
    epochs.addAll(history.epochs());
    stemSeconds = history.stemSeconds();
    kept = keptWeights.orElse(null);
  }

  /** Adds the time that the stem took. */
  void stemTook(double seconds) {
    stemSeconds += seconds;
  }

  /** Adds an epoch; copies the weights if training would give those of this epoch. */
  void add(EpochResult epoch, Supplier<Weights> weights) {
    epochs.add(epoch);
    if (keep == Keep.LAST || history().best().epoch() == epoch.epoch()) {
      kept = null; // Given up before the next are copied, so that there is one copy at a time.
      kept = weights.get();
    }
  }

  /** The finished epochs. */
  History history() {
    return new History(epochs, stemSeconds);
  }

  /** The trained weights that the last finished epoch would have given, of the tail only. */
  Optional<Weights> kept() {
    return Optional.ofNullable(kept);
  }

  /** The values of all parameters that training would give now; empty before the first epoch. */
  Optional<Weights> trained() {
    return kept().map(initial::plus);
  }

  /** The exception for a training that ends early. */
  StoppedTraining stopped(Reason reason, Place place, @Nullable Throwable cause) {
    return new StoppedTraining(reason, place, history(), trained(), cause);
  }

  /** The place behind the last finished epoch. */
  Place place() {
    return new Place(epochs.size(), 0, 0);
  }
}
