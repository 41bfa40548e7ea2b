package dev.finetune.internal.probe;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The features of examples with their classes. Immutable, but the features are not copied. */
public final class ProbeExamples {
  private final float[][] features;
  private final int[] labels;
  private final double[] weights;
  private final List<String> names;
  private final int classes;

  /**
   * Creates examples.
   *
   * @param features the features of each example, of shape (examples, features), finite
   * @param labels the class of each example, from 0 to {@code classes - 1}
   * @param weights the weight of each example, finite and at least 0, with a positive sum
   * @param names a name of each example for messages
   * @param classes the number of classes, at least 1
   */
  public ProbeExamples(
      float[][] features, int[] labels, double[] weights, List<String> names, int classes) {
    int count = features.length;
    checkArgument(count > 0, "features must have at least one example, got none");
    checkArgument(
        labels.length == count && weights.length == count && names.size() == count,
        "features, labels, weights and names must have the same length, got %s, %s, %s and %s",
        count,
        labels.length,
        weights.length,
        names.size());
    for (int i = 0; i < count; i++) {
      requireFinite(features[i], features[0].length, names.get(i));
      checkArgument(
          labels[i] >= 0 && labels[i] < classes,
          "%s: the label must be from 0 to %s, got %s",
          names.get(i),
          classes - 1,
          labels[i]);
      checkArgument(
          weights[i] >= 0 && weights[i] < Double.POSITIVE_INFINITY,
          "%s: the weight must be finite and >= 0, got %s",
          names.get(i),
          weights[i]);
    }
    checkArgument(
        Arrays.stream(weights).sum() > 0, "weights must have a positive sum, got zeros only");
    this.features = features;
    this.labels = labels.clone();
    this.weights = weights.clone();
    this.names = List.copyOf(names);
    this.classes = classes;
  }

  /** Returns the features of each example, of shape (examples, features), finite. */
  public float[][] features() {
    return features;
  }

  /** Returns the class of each example, from 0 to {@code classes - 1}. */
  public int[] labels() {
    return labels;
  }

  /** Returns the weight of each example, finite and at least 0, with a positive sum. */
  public double[] weights() {
    return weights;
  }

  /** Returns a name of each example for messages. */
  public List<String> names() {
    return names;
  }

  /** Returns the number of classes, at least 1. */
  public int classes() {
    return classes;
  }

  /** Creates examples of weight 1 that are named by their position: "example 3". */
  public static ProbeExamples of(float[][] features, int[] labels, int classes) {
    double[] ones = new double[features.length];
    Arrays.fill(ones, 1);
    List<String> names = IntStream.range(0, features.length).mapToObj(i -> "example " + i).toList();
    return new ProbeExamples(features, labels, ones, names, classes);
  }

  /** Returns the examples with other weights. */
  public ProbeExamples weighted(double... newWeights) {
    return new ProbeExamples(features, labels, newWeights, names, classes);
  }

  /** Returns the examples with other names. */
  public ProbeExamples named(List<String> newNames) {
    return new ProbeExamples(features, labels, weights, newNames, classes);
  }

  public int size() {
    return features.length;
  }

  /** Returns the number of features. */
  public int width() {
    return features[0].length;
  }

  private static void requireFinite(float[] values, int width, String name) {
    checkArgument(
        values.length == width,
        "%s: there must be %s features as in the first example, got %s",
        name,
        width,
        values.length);
    for (int j = 0; j < width; j++) {
      checkArgument(
          Float.isFinite(values[j]), "%s: feature %s must be finite, got %s", name, j, values[j]);
    }
  }
}
