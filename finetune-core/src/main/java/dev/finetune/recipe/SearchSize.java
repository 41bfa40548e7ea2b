package dev.finetune.recipe;

import dev.finetune.train.TimeEstimate;

/**
 * How much of a search with two rounds fits into a time. Two rounds, because a trial of few epochs
 * ranks settings only roughly.
 *
 * @param alternatives the number of candidates besides the reference; 0 if there is no time for a
 *     search
 * @param first the epochs of a trial in the first round
 * @param second the epochs of a trial in the second round
 */
record SearchSize(int alternatives, int first, int second) {

  /** The least share of all epochs for a trial: after fewer, losses say little about the rest. */
  private static final double LEAST = 0.08;

  /** The largest share of all epochs for a trial. */
  private static final double MOST = 0.5;

  /** A trial of the second round has as many times the epochs of one in the first round. */
  private static final int FACTOR = 2;

  /**
   * Returns the search with the most alternatives, and then with the most epochs.
   *
   * @param epochs all epochs of a training
   * @param estimate the predicted duration of a training
   * @param seconds the time for the search
   * @param available the number of alternatives
   */
  static SearchSize of(int epochs, TimeEstimate estimate, double seconds, int available) {
    double setUp = estimate.stemSeconds();
    double epoch = Math.max(1e-6, (estimate.totalSeconds() - setUp) / estimate.epochs());
    long least = Math.max(1, Math.round(LEAST * epochs));
    long most = Math.max(1, (long) (MOST * epochs / FACTOR));
    for (int count = available; count > 0; count--) {
      int continued = SuccessiveHalving.kept(count) + 1;
      int trials = count + 1;
      double first =
          (seconds - setUp * (trials + continued)) / (epoch * (trials + FACTOR * continued));
      if (first >= least) {
        int whole = (int) Math.min(most, (long) first);
        return new SearchSize(count, whole, Math.min(epochs, whole * FACTOR));
      }
    }
    return new SearchSize(0, 0, 0);
  }

  /** Returns the shares of all epochs, one for each round. */
  double[] efforts(int epochs) {
    double share = (double) first / epochs;
    return second > first ? new double[] {share, (double) second / epochs} : new double[] {share};
  }
}
