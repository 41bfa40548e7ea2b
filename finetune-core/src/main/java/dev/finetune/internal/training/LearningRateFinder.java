package dev.finetune.internal.training;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.train.LearningRates;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Searches a learning rate: it trains with an exponentially rising rate, and records the loss of
 * each step. Afterwards, the learner has the state from before.
 */
final class LearningRateFinder {

  static final double LOWEST = 1e-7;
  static final double HIGHEST = 10;
  static final int STEPS = 100;

  /** The decay of the smoothed loss, as in fastai. */
  private static final double SMOOTHING = 0.98;

  /** The search stops when the loss exceeds the best one by this factor, as in fastai. */
  private static final double DIVERGED = 4;

  private final Learner learner;
  private final IntFunction<Learner.Part> batches;
  private final int steps;

  /**
   * Creates a search.
   *
   * @param batches returns the batch of each step, from step 0; called once per step, in order
   * @param steps the largest number of steps, at least 2
   */
  LearningRateFinder(Learner learner, IntFunction<Learner.Part> batches, int steps) {
    checkArgument(steps >= 2, "steps must be >= 2, got %s", steps);
    this.learner = learner;
    this.batches = batches;
    this.steps = steps;
  }

  /** Searches the learning rate. The learner has its former state afterwards, even on failure. */
  LearningRates find() {
    LearnerState before = learner.state();
    try {
      return LearningRates.of(points());
    } finally {
      learner.restore(before);
    }
  }

  private List<LearningRates.Point> points() {
    List<LearningRates.Point> points = new ArrayList<>();
    double mean = 0;
    double best = Double.POSITIVE_INFINITY;
    for (int step = 0; step < steps; step++) {
      double rate = LOWEST * Math.pow(HIGHEST / LOWEST, (double) step / (steps - 1));
      double loss = learner.step(batches.apply(step), rate).loss();
      mean = SMOOTHING * mean + (1 - SMOOTHING) * loss;
      double smoothed = mean / (1 - Math.pow(SMOOTHING, step + 1.0));
      if (!Double.isFinite(smoothed) || smoothed > DIVERGED * best) {
        break;
      }
      best = Math.min(best, smoothed);
      points.add(new LearningRates.Point(rate, smoothed));
    }
    return points;
  }
}
