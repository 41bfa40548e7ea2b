package dev.finetune.internal.training;

import dev.finetune.train.StopSignal;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingEnd;
import java.util.Optional;
import java.util.OptionalDouble;

/** Decides whether a training run has to end before its last epoch: by its time or on request. */
final class Clock {

  private final long start = System.nanoTime();
  private final double before;
  private final OptionalDouble limit;
  private final Optional<StopSignal> signal;

  /**
   * Starts the time.
   *
   * @param before the seconds of earlier runs that this one continues
   */
  Clock(TrainOptions options, double before) {
    this.before = before;
    this.limit = options.minutes().stream().map(minutes -> minutes * 60).findFirst();
    this.signal = options.stopSignal();
  }

  /**
   * Returns why the run has to end now; empty if it may go on.
   *
   * @param reserve the seconds that the run needs to end
   */
  Optional<TrainingEnd> end(double reserve) {
    if (signal.isPresent() && signal.get().requested()) {
      return Optional.of(TrainingEnd.REQUESTED);
    }
    return limit.isPresent()
            && before + Trainer.secondsSince(start) + reserve >= limit.getAsDouble()
        ? Optional.of(TrainingEnd.TIME)
        : Optional.empty();
  }
}
