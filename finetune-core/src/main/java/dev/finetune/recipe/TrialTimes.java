package dev.finetune.recipe;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import dev.finetune.train.TimeEstimate;
import dev.finetune.train.Trial;
import java.time.Duration;
import java.util.List;

/**
 * How long a training takes.
 *
 * @param setUpSeconds the time besides the epochs, at least 0
 * @param epochSeconds the time of an epoch, over 0
 */
record TrialTimes(double setUpSeconds, double epochSeconds) {

  private static final double LEAST = 1e-6;

  /** Returns a time for a training, which must be over 0. */
  static Duration requireTime(Duration time) {
    checkNotNull(time, "time must not be null");
    checkArgument(time.toMillis() > 0, "time must be at least a millisecond, got %s", time);
    return time;
  }

  static TrialTimes of(TimeEstimate estimate) {
    double setUp = estimate.stemSeconds();
    return new TrialTimes(
        setUp, Math.max(LEAST, (estimate.totalSeconds() - setUp) / estimate.epochs()));
  }

  /** Returns the times of the chosen candidate, from its trials in the first and the last round. */
  static TrialTimes of(SearchResult found) {
    List<Trial> own =
        found.trials().stream()
            .filter(t -> t.candidate().equals(found.best()) && t.loss().isPresent())
            .toList();
    Trial first = own.get(0);
    Trial last = own.get(own.size() - 1);
    if (last.epochs() == first.epochs()) {
      return new TrialTimes(0, Math.max(LEAST, last.seconds() / last.epochs()));
    }
    double epoch = (last.seconds() - first.seconds()) / (last.epochs() - first.epochs());
    // A machine that became faster can make the difference too small.
    double least = Math.max(LEAST, last.seconds() / last.epochs() / 2);
    double seconds = Math.max(least, epoch);
    return new TrialTimes(Math.max(0, last.seconds() - seconds * last.epochs()), seconds);
  }

  /** Returns the number of epochs of a training that ends in time, at least 1. */
  int epochsWithin(double seconds, int most) {
    double fit = (seconds - setUpSeconds) / epochSeconds;
    return (int) Math.max(1, Math.min(most, Math.floor(fit)));
  }
}
