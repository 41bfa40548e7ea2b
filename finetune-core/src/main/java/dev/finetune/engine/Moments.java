package dev.finetune.engine;

/** The mean and variance of each channel, accumulated over several batches in double precision. */
final class Moments {

  private final double[] sums;
  private final double[] squares;
  private double count;

  Moments(int channels) {
    this.sums = new double[channels];
    this.squares = new double[channels];
  }

  /**
   * Adds the statistics of a batch.
   *
   * @param mean the mean of each channel
   * @param variance the biased variance of each channel
   * @param values the number of values per channel in the batch
   */
  void add(float[] mean, float[] variance, int values) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += (double) values * mean[i];
      squares[i] += values * (variance[i] + (double) mean[i] * mean[i]);
    }
    count += values;
  }

  /** Returns the mean over all batches. */
  float[] mean() {
    float[] mean = new float[sums.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sums[i] / count);
    }
    return mean;
  }

  /** Returns the biased variance over all batches. */
  float[] variance() {
    float[] variance = new float[sums.length];
    for (int i = 0; i < variance.length; i++) {
      double mean = sums[i] / count;
      variance[i] = (float) Math.max(0, squares[i] / count - mean * mean);
    }
    return variance;
  }
}
