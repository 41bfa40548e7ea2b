package dev.finetune.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import java.math.BigDecimal;
import java.util.Locale;

/**
 * A confidence interval of a share.
 *
 * @param low the lower bound, from 0 to {@code high}
 * @param high the upper bound, from {@code low} to 1
 * @param confidence the share of such intervals that contain the true value, over 0 and under 1
 */
public record Interval(double low, double high, double confidence) {

  /** The usual confidence, 95 %. */
  public static final double USUAL = 0.95;

  /**
   * Creates an interval.
   *
   * @param low the lower bound
   * @param high the upper bound
   * @param confidence the confidence
   * @throws IllegalArgumentException if a value is outside its range
   */
  public Interval {
    checkArgument(
        low >= 0 && low <= high && high <= 1,
        "low and high must be in [0, 1] and in this order, got %s and %s",
        low,
        high);
    requireConfidence(confidence);
  }

  /**
   * {@return the Wilson score interval of the probability of success, given the number of successes
   * in independent trials} E. B. Wilson, "Probable Inference, the Law of Succession, and
   * Statistical Inference", 1927: with p = successes / trials, n = trials and the normal quantile
   * z, (p + z² / 2n ± z √(p (1 - p) / n + z² / 4n²)) / (1 + z² / n). It equals {@code
   * proportion_ci(method="wilson")} of {@code scipy.stats.binomtest}.
   *
   * <p>Images of the same group, such as the frames of one film, are not independent trials. Their
   * number counts for less, so the true interval is wider than this one.
   *
   * @param successes from 0 to {@code trials}
   * @param trials at least 1
   * @param confidence over 0 and under 1, such as 0.95
   * @throws IllegalArgumentException if a value is outside its range
   */
  public static Interval wilson(int successes, int trials, double confidence) {
    checkArgument(trials >= 1, "trials must be >= 1, got %s", trials);
    checkArgument(
        successes >= 0 && successes <= trials,
        "successes must be from 0 to the number of trials (%s), got %s",
        trials,
        successes);
    requireConfidence(confidence);
    double z = quantile(confidence);
    double n = trials;
    double k = successes;
    double middle = (k + z * z / 2) / (n + z * z);
    double half = z * Math.sqrt(k * ((n - k) / n) + z * z / 4) / (n + z * z);
    // Rounding must not move the bounds of no success and of no failure, which are exact.
    return new Interval(
        successes == 0 ? 0 : Math.max(0, middle - half),
        successes == trials ? 1 : Math.min(1, middle + half),
        confidence);
  }

  /**
   * Returns the z for which a standard normal variable is between -z and z with a probability. It
   * solves 2 φ(z) (z + z³ / 3 + z⁵ / (3 · 5) + ...) = probability (NIST Digital Library of
   * Mathematical Functions, 7.6.2) by Newton's method. The left side is concave in z, so that the
   * steps from 0 never pass the solution.
   */
  private static double quantile(double probability) {
    double z = 0;
    while (true) {
      double sum = 0;
      double term = z;
      for (int odd = 3; sum + term > sum; odd += 2) {
        sum += term;
        term *= z * z / odd;
      }
      double twiceDensity = Math.sqrt(2 / Math.PI) * Math.exp(-z * z / 2);
      double next = z + probability / twiceDensity - sum;
      if (!(next > z)) {
        return z;
      }
      z = next;
    }
  }

  private static void requireConfidence(double confidence) {
    checkArgument(
        confidence > 0 && confidence < 1, "confidence must be in (0, 1), got %s", confidence);
  }

  /** {@return the interval for people, such as {@code 95 % interval 0.9500 to 0.9808}} */
  @Override
  public String toString() {
    String percent =
        BigDecimal.valueOf(confidence).movePointRight(2).stripTrailingZeros().toPlainString();
    return String.format(Locale.ROOT, "%s %% interval %.4f to %.4f", percent, low, high);
  }
}
