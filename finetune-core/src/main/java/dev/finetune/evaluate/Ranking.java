package dev.finetune.evaluate;

import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * The images in descending order of their logits for one tag. Images with equal logits share a
 * rank.
 */
final class Ranking {

  private final int positives;

  /** The distinct logits, in descending order. */
  private final float[] logits;

  /** The number of images with at least the logit. */
  private final int[] images;

  /** The number of images with at least the logit that have the tag. */
  private final int[] hits;

  /**
   * Ranks images.
   *
   * @param all the logit of each image, finite
   * @param tagged whether each image has the tag
   */
  Ranking(float[] all, boolean[] tagged) {
    // Sorting primitive keys avoids boxing: the logit in the upper half, the tag in the lowest bit.
    long[] keys = new long[all.length];
    for (int i = 0; i < keys.length; i++) {
      // Adding zero turns -0 into 0, so that they share a rank.
      keys[i] = (long) ordered(Float.floatToIntBits(all[i] + 0f)) << 32 | (tagged[i] ? 1 : 0);
    }
    Arrays.sort(keys);
    float[] distinct = new float[keys.length];
    int[] atLeast = new int[keys.length];
    int[] right = new int[keys.length];
    int rank = -1;
    int found = 0;
    for (int i = keys.length - 1; i >= 0; i--) {
      float logit = Float.intBitsToFloat(ordered((int) (keys[i] >> 32)));
      if (rank < 0 || distinct[rank] != logit) {
        distinct[++rank] = logit;
      }
      found += (int) (keys[i] & 1);
      atLeast[rank] = keys.length - i;
      right[rank] = found;
    }
    positives = found;
    logits = Arrays.copyOf(distinct, rank + 1);
    images = Arrays.copyOf(atLeast, rank + 1);
    hits = Arrays.copyOf(right, rank + 1);
  }

  /** Converts the bits of a float to an integer of the same order, and back. */
  private static int ordered(int bits) {
    return bits < 0 ? bits ^ Integer.MAX_VALUE : bits;
  }

  /**
   * Returns the sum over the ranks of precision * increase of recall, as {@code
   * average_precision_score} of scikit-learn does; empty if no image has the tag.
   */
  OptionalDouble averagePrecision() {
    if (positives == 0) {
      return OptionalDouble.empty();
    }
    double sum = 0;
    int before = 0;
    for (int i = 0; i < logits.length; i++) {
      sum += (double) hits[i] / images[i] * (hits[i] - before);
      before = hits[i];
    }
    return OptionalDouble.of(sum / positives);
  }

  /** Returns the highest of the thresholds with the highest F1; see {@link Thresholds#fit}. */
  double bestThreshold() {
    double best = Thresholds.HALF;
    double bestF1 = 0;
    for (int i = 0; i < logits.length; i++) {
      double own = TagEvaluation.probability(logits[i]);
      double next = i + 1 < logits.length ? TagEvaluation.probability(logits[i + 1]) : 0;
      double f1 = 2.0 * hits[i] / (images[i] + positives);
      // Different logits can have the same probability, if it is rounded to 1.
      if (own > next && f1 > bestF1) {
        double middle = (own + next) / 2;
        // The middle of adjacent numbers is rounded to one of them.
        best = middle > next ? middle : own;
        bestF1 = f1;
      }
    }
    return best;
  }
}
