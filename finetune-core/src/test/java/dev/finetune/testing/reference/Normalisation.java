package dev.finetune.testing.reference;

/** Computes means and biased variances. */
public final class Normalisation {

  private Normalisation() {}

  /**
   * A mean and a variance.
   *
   * @param mean the mean
   * @param variance the biased variance
   */
  public record Moments(double mean, double variance) {

    double normalise(double value, double epsilon) {
      return (value - mean) / Math.sqrt(variance + epsilon);
    }
  }

  /** Returns the moments of a channel over all positions of all examples. */
  static Moments ofChannel(Values in, int channel) {
    int places = in.places();
    double[] picked = new double[in.batch() * places];
    for (int n = 0; n < in.batch(); n++) {
      int from = (n * in.shape().channels() + channel) * places;
      System.arraycopy(in.all(), from, picked, n * places, places);
    }
    return of(picked);
  }

  /** Returns the moments over all channels at a position of an example. */
  static Moments ofPlace(Values in, int n, int y, int x) {
    double[] picked = new double[in.shape().channels()];
    for (int c = 0; c < picked.length; c++) {
      picked[c] = in.at(n, c, y, x);
    }
    return of(picked);
  }

  private static Moments of(double[] values) {
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double variance = 0;
    for (double value : values) {
      variance += (value - mean) * (value - mean) / values.length;
    }
    return new Moments(mean, variance);
  }
}
