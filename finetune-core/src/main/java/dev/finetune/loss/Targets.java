package dev.finetune.loss;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.ImmutableIntArray;
import java.util.Objects;

/** What the outputs of a batch should be. Immutable. */
public abstract sealed class Targets {

  private Targets() {}

  /** Returns how many examples there are. */
  public abstract int size();

  /** Returns the class of an example; of several shares the first largest. */
  public abstract int label(int example);

  /**
   * Returns how much of a class an example is, from 0 to 1.
   *
   * @throws IndexOutOfBoundsException if there is no such class
   */
  public abstract double share(int example, int classNumber);

  /**
   * Checks that these are targets for outputs.
   *
   * @throws IllegalArgumentException if there is not one for each example, or a class has no output
   */
  final void requireFor(float[][] outputs) {
    checkArgument(
        size() == outputs.length,
        "There is a target for each of the %s examples, got %s",
        outputs.length,
        size());
    for (int i = 0; i < outputs.length; i++) {
      requireFor(i, outputs[i].length);
    }
  }

  abstract void requireFor(int example, int classes);

  /**
   * Returns targets of one class each.
   *
   * @param labels the number of the class, by example
   */
  public static Targets classes(int... labels) {
    return new Classes(ImmutableIntArray.copyOf(labels));
  }

  /**
   * Returns targets that are shares of several classes, as mixed images have them.
   *
   * @param shares by example and class; not negative, and 1 in all
   * @throws IllegalArgumentException if they are not
   */
  public static Targets distributions(double[][] shares) {
    double[][] copy = new double[shares.length][];
    for (int i = 0; i < shares.length; i++) {
      copy[i] = shares[i].clone();
      double sum = 0;
      for (double share : copy[i]) {
        checkArgument(
            share >= 0, "A share is >= 0, got %s for example %s", Double.valueOf(share), i);
        sum += share;
      }
      checkArgument(
          Math.abs(sum - 1) <= 1e-6,
          "The shares of example %s add up to 1, got %s",
          i,
          Double.valueOf(sum));
    }
    return new Distributions(copy);
  }

  /** One class each. */
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
          "A label is from 0 to %s, got %s for example %s",
          classes - 1,
          labels.get(example),
          example);
    }
  }

  /** Shares of classes. */
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
          "Example %s has a share of each of the %s classes, got %s",
          example,
          classes,
          shares[example].length);
    }
  }
}
