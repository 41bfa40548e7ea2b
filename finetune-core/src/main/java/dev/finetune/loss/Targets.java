package dev.finetune.loss;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import dev.finetune.annotation.Experimental;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The desired outputs of a batch, and the weight of each example. Immutable.
 *
 * <p>There are four kinds of targets: one class per example, shares of several classes, any number
 * of tags, and numbers. A loss or metric that does not support a kind refuses it, see {@link
 * #require}.
 */
@Experimental
public abstract sealed class Targets {

  /** What the targets of a batch are. */
  public enum Kind {
    /** One class per example. */
    CLASSES,
    /** Shares of several classes per example, which add up to 1, as for mixed images. */
    DISTRIBUTIONS,
    /** Any number of tags per example: several labels, or none. */
    TAGS,
    /** Finite numbers, one per output. */
    VALUES;

    /** {@return the name in messages, such as {@code classes}} */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Empty if every example has the weight 1. */
  private final ImmutableDoubleArray weights;

  private Targets(ImmutableDoubleArray weights) {
    this.weights = weights;
  }

  /** {@return what the targets are} */
  public abstract Kind kind();

  /** {@return the number of examples} */
  public abstract int size();

  /**
   * {@return the class of an example; with shares of several classes, the first of the largest}
   *
   * @param example the index of the example
   * @throws IndexOutOfBoundsException if there is no such example
   * @throws IllegalArgumentException if the targets are tags or values
   */
  public abstract int label(int example);

  /**
   * {@return the share of a class in an example's target, from 0 to 1} For tags, it is 1 if the
   * example has the tag, and otherwise 0.
   *
   * @param example the index of the example
   * @param classNumber the index of the class or tag
   * @throws IndexOutOfBoundsException if there is no such example, or the targets are distributions
   *     or tags without such a class
   * @throws IllegalArgumentException if the targets are values
   */
  public abstract double share(int example, int classNumber);

  /**
   * {@return the desired value of an output}
   *
   * @param example the index of the example
   * @param output the index of the output
   * @throws IndexOutOfBoundsException if there is no such example or output
   * @throws IllegalArgumentException if the targets are not values
   */
  public double value(int example, int output) {
    throw new IllegalArgumentException("Only values have a value per output, got " + kind());
  }

  /**
   * {@return the weight of an example, at least 0; 1 by default}
   *
   * @param example the index of the example
   * @throws IndexOutOfBoundsException if there is no such example
   */
  public double weight(int example) {
    Objects.checkIndex(example, size());
    return weights.isEmpty() ? 1 : weights.get(example);
  }

  /**
   * {@return the same targets with other weights} A loss is the sum of weight * loss over the
   * examples, divided by the number of examples, as with {@code sample_weight} in Keras.
   *
   * @param values one weight per example, at least 0 and finite
   * @throws IllegalArgumentException if the number of weights differs from the number of examples,
   *     or a weight is outside its range
   */
  public Targets weighted(double[] values) {
    checkArgument(
        values.length == size(),
        "weights must have one value per example (%s), got %s",
        size(),
        values.length);
    for (int i = 0; i < values.length; i++) {
      checkArgument(
          values[i] >= 0 && Double.isFinite(values[i]),
          "weights must be >= 0 and finite, got %s for example %s",
          Double.valueOf(values[i]),
          i);
    }
    return withWeights(ImmutableDoubleArray.copyOf(values));
  }

  /**
   * {@return the targets of some examples, with their weights}
   *
   * @param examples the indices of the examples, in the order of the result; may repeat
   * @throws IndexOutOfBoundsException if there is no such example
   */
  public Targets select(int... examples) {
    for (int example : examples) {
      Objects.checkIndex(example, size());
    }
    Targets chosen = chosen(examples);
    return weights.isEmpty()
        ? chosen
        : chosen.withWeights(
            ImmutableDoubleArray.copyOf(Arrays.stream(examples).mapToDouble(weights::get)));
  }

  /**
   * Checks that these targets are of a kind that a loss or metric supports.
   *
   * @param user the name of the loss or metric, for the message
   * @param supported the kinds that it supports
   * @throws IllegalArgumentException if these targets are of another kind
   */
  public final void require(String user, Kind... supported) {
    if (!List.of(supported).contains(kind())) {
      throw new IllegalArgumentException(
          user
              + " needs "
              + Arrays.stream(supported).map(Kind::toString).collect(Collectors.joining(" or "))
              + " as targets, got "
              + kind());
    }
  }

  /**
   * Checks that these are targets for outputs.
   *
   * @param outputs the outputs by example
   * @throws IllegalArgumentException if the number of targets differs from the number of examples,
   *     a class has no output, or an example does not have one share, tag or value per output
   */
  public final void requireFor(float[][] outputs) {
    checkArgument(
        size() == outputs.length,
        "targets must have one target per example (%s), got %s",
        outputs.length,
        size());
    for (int i = 0; i < outputs.length; i++) {
      requireFor(i, outputs[i].length);
    }
  }

  abstract void requireFor(int example, int outputs);

  abstract Targets withWeights(ImmutableDoubleArray values);

  /** Returns the targets of existing examples, each with the weight 1. */
  abstract Targets chosen(int[] examples);

  /**
   * {@return targets with one class each} Whether the classes exist is checked by the loss.
   *
   * @param labels the index of the class by example
   */
  public static Targets classes(int... labels) {
    return new Classes(ImmutableIntArray.copyOf(labels), ImmutableDoubleArray.of());
  }

  /**
   * {@return targets with shares of several classes, as for mixed images}
   *
   * @param shares the shares by example and class; each at least 0, and the sum of an example's
   *     shares 1 within 1e-6
   * @throws IllegalArgumentException if a share is negative or NaN, or shares do not add up to 1
   */
  public static Targets distributions(double[][] shares) {
    double[][] copy = new double[shares.length][];
    for (int i = 0; i < shares.length; i++) {
      copy[i] = shares[i].clone();
      double sum = 0;
      for (double share : copy[i]) {
        checkArgument(
            share >= 0, "shares must be >= 0, got %s for example %s", Double.valueOf(share), i);
        sum += share;
      }
      checkArgument(
          Math.abs(sum - 1) <= 1e-6,
          "The shares of example %s must add up to 1, got %s",
          i,
          Double.valueOf(sum));
    }
    return new Distributions(copy, ImmutableDoubleArray.of());
  }

  /**
   * {@return targets with any number of tags each}
   *
   * @param tags whether an example has a tag, by example and tag
   */
  public static Targets tags(boolean[][] tags) {
    return new Tags(
        Arrays.stream(tags).map(boolean[]::clone).toArray(boolean[][]::new),
        ImmutableDoubleArray.of());
  }

  /**
   * {@return targets with numbers, for regression}
   *
   * @param values the desired outputs by example and output, each finite
   * @throws IllegalArgumentException if a value is not finite
   */
  public static Targets values(double[][] values) {
    double[][] copy = Arrays.stream(values).map(double[]::clone).toArray(double[][]::new);
    for (int i = 0; i < copy.length; i++) {
      for (double value : copy[i]) {
        checkArgument(
            Double.isFinite(value),
            "values must be finite, got %s for example %s",
            Double.valueOf(value),
            i);
      }
    }
    return new Values(copy, ImmutableDoubleArray.of());
  }

  private static <T> T[] rows(T[] all, int[] examples) {
    T[] chosen = Arrays.copyOf(all, examples.length);
    for (int i = 0; i < examples.length; i++) {
      chosen[i] = all[examples[i]];
    }
    return chosen;
  }

  /** Targets with one class each. */
  private static final class Classes extends Targets {
    private final ImmutableIntArray labels;

    Classes(ImmutableIntArray labels, ImmutableDoubleArray weights) {
      super(weights);
      this.labels = labels;
    }

    @Override
    public Kind kind() {
      return Kind.CLASSES;
    }

    @Override
    public int size() {
      return labels.length();
    }

    @Override
    public int label(int example) {
      return labels.get(example);
    }

    @Override
    public double share(int example, int classNumber) {
      return labels.get(example) == classNumber ? 1 : 0;
    }

    @Override
    void requireFor(int example, int outputs) {
      checkArgument(
          labels.get(example) >= 0 && labels.get(example) < outputs,
          "labels must be from 0 to %s, got %s for example %s",
          outputs - 1,
          labels.get(example),
          example);
    }

    @Override
    Targets withWeights(ImmutableDoubleArray values) {
      return new Classes(labels, values);
    }

    @Override
    Targets chosen(int[] examples) {
      return classes(Arrays.stream(examples).map(labels::get).toArray());
    }
  }

  /** Targets with shares of several classes. */
  private static final class Distributions extends Targets {
    private final double[][] shares;

    Distributions(double[][] shares, ImmutableDoubleArray weights) {
      super(weights);
      this.shares = shares;
    }

    @Override
    public Kind kind() {
      return Kind.DISTRIBUTIONS;
    }

    @Override
    public int size() {
      return shares.length;
    }

    @Override
    public int label(int example) {
      double[] of = shares[example];
      int largest = 0;
      for (int i = 1; i < of.length; i++) {
        largest = of[i] > of[largest] ? i : largest;
      }
      return largest;
    }

    @Override
    public double share(int example, int classNumber) {
      return shares[example][Objects.checkIndex(classNumber, shares[example].length)];
    }

    @Override
    void requireFor(int example, int outputs) {
      checkArgument(
          shares[example].length == outputs,
          "Example %s must have one share per class (%s), got %s",
          example,
          outputs,
          shares[example].length);
    }

    @Override
    Targets withWeights(ImmutableDoubleArray values) {
      return new Distributions(shares, values);
    }

    @Override
    Targets chosen(int[] examples) {
      return new Distributions(rows(shares, examples), ImmutableDoubleArray.of());
    }
  }

  /** Targets with any number of tags each. */
  private static final class Tags extends Targets {
    private final boolean[][] tags;

    Tags(boolean[][] tags, ImmutableDoubleArray weights) {
      super(weights);
      this.tags = tags;
    }

    @Override
    public Kind kind() {
      return Kind.TAGS;
    }

    @Override
    public int size() {
      return tags.length;
    }

    @Override
    public int label(int example) {
      throw new IllegalArgumentException("Only classes and distributions have a label, got tags");
    }

    @Override
    public double share(int example, int classNumber) {
      return tags[example][Objects.checkIndex(classNumber, tags[example].length)] ? 1 : 0;
    }

    @Override
    void requireFor(int example, int outputs) {
      checkArgument(
          tags[example].length == outputs,
          "Example %s must have one tag per output (%s), got %s",
          example,
          outputs,
          tags[example].length);
    }

    @Override
    Targets withWeights(ImmutableDoubleArray values) {
      return new Tags(tags, values);
    }

    @Override
    Targets chosen(int[] examples) {
      return new Tags(rows(tags, examples), ImmutableDoubleArray.of());
    }
  }

  /** Targets with numbers. */
  private static final class Values extends Targets {
    private final double[][] values;

    Values(double[][] values, ImmutableDoubleArray weights) {
      super(weights);
      this.values = values;
    }

    @Override
    public Kind kind() {
      return Kind.VALUES;
    }

    @Override
    public int size() {
      return values.length;
    }

    @Override
    public int label(int example) {
      throw new IllegalArgumentException("Only classes and distributions have a label, got values");
    }

    @Override
    public double share(int example, int classNumber) {
      throw new IllegalArgumentException(
          "Only classes, distributions and tags have shares, got values");
    }

    @Override
    public double value(int example, int output) {
      return values[example][Objects.checkIndex(output, values[example].length)];
    }

    @Override
    void requireFor(int example, int outputs) {
      checkArgument(
          values[example].length == outputs,
          "Example %s must have one value per output (%s), got %s",
          example,
          outputs,
          values[example].length);
    }

    @Override
    Targets withWeights(ImmutableDoubleArray weights) {
      return new Values(values, weights);
    }

    @Override
    Targets chosen(int[] examples) {
      return new Values(rows(values, examples), ImmutableDoubleArray.of());
    }
  }
}
