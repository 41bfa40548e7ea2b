package dev.finetune.loss;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.ImmutableIntArray;
import dev.finetune.annotation.Experimental;
import java.util.Objects;

/** The desired outputs of a batch. Immutable. */
@Experimental
public abstract sealed class Targets {

  private Targets() {}

  /** {@return the number of examples} */
  public abstract int size();

  /**
   * {@return the class of an example; with shares of several classes, the first of the largest}
   *
   * @param example the index of the example
   * @throws IndexOutOfBoundsException if there is no such example
   */
  public abstract int label(int example);

  /**
   * {@return the share of a class in an example's target, from 0 to 1}
   *
   * @param example the index of the example
   * @param classNumber the index of the class
   * @throws IndexOutOfBoundsException if there is no such example, or the targets are distributions
   *     without such a class
   */
  public abstract double share(int example, int classNumber);

  /**
   * Checks that these are targets for outputs.
   *
   * @throws IllegalArgumentException if the number of targets differs from the number of outputs,
   *     or a class has no output
   */
  final void requireFor(float[][] outputs) {
    checkArgument(
        size() == outputs.length,
        "targets must have one target per example (%s), got %s",
        outputs.length,
        size());
    for (int i = 0; i < outputs.length; i++) {
      requireFor(i, outputs[i].length);
    }
  }

  abstract void requireFor(int example, int classes);

  /**
   * {@return targets with one class each} Whether the classes exist is checked by the loss.
   *
   * @param labels the index of the class by example
   */
  public static Targets classes(int... labels) {
    return new Classes(ImmutableIntArray.copyOf(labels));
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
    return new Distributions(copy);
  }

  /** Targets with one class each. */
  private static final class Classes extends Targets {
    private final ImmutableIntArray labels;

    Classes(ImmutableIntArray labels) {
      this.labels = labels;
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
    void requireFor(int example, int classes) {
      checkArgument(
          labels.get(example) >= 0 && labels.get(example) < classes,
          "labels must be from 0 to %s, got %s for example %s",
          classes - 1,
          labels.get(example),
          example);
    }
  }

  /** Targets with shares of several classes. */
  private static final class Distributions extends Targets {
    private final double[][] shares;

    Distributions(double[][] shares) {
      this.shares = shares;
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
    void requireFor(int example, int classes) {
      checkArgument(
          shares[example].length == classes,
          "Example %s must have one share per class (%s), got %s",
          example,
          classes,
          shares[example].length);
    }
  }
}
