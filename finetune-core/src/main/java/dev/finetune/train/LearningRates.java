package dev.finetune.train;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The result of a search for a learning rate: the loss at each rate of a training with an
 * exponentially rising one (L. Smith, "Cyclical Learning Rates for Training Neural Networks", WACV
 * 2017, section 3.3).
 *
 * @param points the rates in ascending order, with their losses
 * @param suggestion a learning rate at which the loss falls steadily; empty if it never falls
 */
public record LearningRates(List<Point> points, OptionalDouble suggestion) {

  /**
   * A step of the search.
   *
   * @param rate the learning rate
   * @param loss the smoothed loss before the step; finite
   */
  public record Point(double rate, double loss) {}

  /** The number of the first points in ten that are left out of the suggestion. */
  private static final int LEFT_OUT_PART = 10;

  /** The number of the last points that are left out of the suggestion. */
  private static final int LEFT_OUT_LAST = 5;

  /**
   * Creates a result.
   *
   * @param points the rates in ascending order, with their losses
   * @param suggestion a learning rate at which the loss falls steadily; empty if it never falls
   */
  public LearningRates {
    points = ImmutableList.copyOf(points);
  }

  /**
   * {@return a result with the suggestion of fastai's {@code valley} method} It finds the longest
   * falling sequence of losses, not necessarily adjacent, and suggests the rate in the middle of
   * it. The first tenth of the points and the last five are left out if others remain, as in
   * fastai's {@code lr_find} (fastai 2.7, {@code callback/schedule.py}).
   *
   * @param points the rates in ascending order, with their losses
   */
  public static LearningRates of(List<Point> points) {
    int from = points.size() / LEFT_OUT_PART;
    int to = points.size() - LEFT_OUT_LAST;
    return new LearningRates(points, valley(to - from >= 2 ? points.subList(from, to) : points));
  }

  private static OptionalDouble valley(List<Point> points) {
    // The length of the longest falling sequence that ends at each point.
    int[] lengths = new int[points.size()];
    int end = 0;
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = 1;
      for (int j = 0; j < i; j++) {
        if (points.get(i).loss() < points.get(j).loss()) {
          lengths[i] = Math.max(lengths[i], lengths[j] + 1);
        }
      }
      end = lengths[i] > lengths[end] ? i : end;
    }
    if (end == 0) {
      return OptionalDouble.empty();
    }
    int start = Math.max(0, end - lengths[end]);
    double third = (end - start) / 3.0;
    // As in fastai: the middle of the second third.
    int index = start + (int) third + (int) (third / 2);
    return OptionalDouble.of(points.get(index).rate());
  }
}
