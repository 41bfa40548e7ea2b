package dev.finetune.engine;

/** The mean and variance of each channel over several batches, added up in double precision. */
public final class Moments {

  private final double[] sums;
  private final double[] squares;
  private double count;

  public Moments(int channels) {
    this.sums = new double[channels];
    this.squares = new double[channels];
  }

  /**
   * Adds a batch.
   *
   * @param values how many values of a channel its mean and (biased) variance are of
   */
  public void add(float[] mean, float[] variance, int values) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += (double) values * mean[i];
      squares[i] += values * (variance[i] + (double) mean[i] * mean[i]);
    }
    count += values;
  }

  /** The mean of everything that was added. */
  public float[] mean() {
    float[] mean = new float[sums.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sums[i] / count);
    }
    return mean;
  }

  /** The biased variance of everything that was added. */
  public float[] variance() {
    float[] variance = new float[sums.length];
    for (int i = 0; i < variance.length; i++) {
      double mean = sums[i] / count;
      variance[i] = (float) Math.max(0, squares[i] / count - mean * mean);
    }
    return variance;
  }
}
