package dev.finetune.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.ImmutableDoubleArray;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The difference of the losses of two models on the same images. Most of the variation between
 * images is common to both models and cancels, so it is known more exactly than either mean.
 *
 * @param mean the mean of the differences; negative if the first model is better
 * @param standardError the standard error of the mean; infinite if there is only one group
 */
public record PairedDifference(double mean, double standardError) {

  /**
   * {@return the difference of the losses: the first minus the second}
   *
   * <p>Images of a group do not vary independently, so the standard error is that of the sums of
   * the groups, with the factor G / (G - 1) for G groups (A. C. Cameron and D. L. Miller, "A
   * Practitioner's Guide to Cluster-Robust Inference", 2015). If each image is its own group, it is
   * the usual standard error of a mean.
   *
   * @param first the loss of each image with the first model
   * @param second the loss of each image with the second model
   * @param groups the group of each image
   * @throws IllegalArgumentException if there is no image, or the numbers of images differ
   */
  public static PairedDifference of(
      ImmutableDoubleArray first, ImmutableDoubleArray second, List<String> groups) {
    int count = first.length();
    checkArgument(
        count > 0 && second.length() == count && groups.size() == count,
        "There must be as many losses of both models as groups, and at least one, got %s, %s and"
            + " %s",
        count,
        second.length(),
        groups.size());
    double mean =
        IntStream.range(0, count).mapToDouble(i -> first.get(i) - second.get(i)).sum() / count;
    Map<String, Double> residuals = new HashMap<>();
    for (int i = 0; i < count; i++) {
      residuals.merge(groups.get(i), first.get(i) - second.get(i) - mean, Double::sum);
    }
    double squares = residuals.values().stream().mapToDouble(r -> r * r).sum();
    double size = residuals.size();
    return new PairedDifference(
        mean, size < 2 ? Double.POSITIVE_INFINITY : Math.sqrt(squares * size / (size - 1)) / count);
  }

  /** {@return whether the first model is better by more than the standard error} */
  public boolean isImprovement() {
    return mean + standardError < 0;
  }
}
