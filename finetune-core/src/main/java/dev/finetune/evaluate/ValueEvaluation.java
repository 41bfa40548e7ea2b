package dev.finetune.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.loss.Targets;
import dev.finetune.weights.Finite;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The results of a network that predicts numbers, on a set of images with known numbers. */
public final class ValueEvaluation {

  private final int count;
  private final List<ValueMetrics> perValue;

  private ValueEvaluation(int count, List<ValueMetrics> perValue) {
    this.count = count;
    this.perValue = perValue;
  }

  /**
   * {@return an empty tally}
   *
   * @param valueNames the names of the values, in the order of the outputs
   * @throws IllegalArgumentException if there are no values
   */
  public static Tally tally(List<String> valueNames) {
    return new Tally(valueNames);
  }

  /** {@return the names of the values, in the order of the outputs} */
  public List<String> valueNames() {
    return perValue.stream().map(ValueMetrics::valueName).toList();
  }

  /** {@return the number of images} */
  public int count() {
    return count;
  }

  /** {@return the metrics of each value, in the order of the outputs} */
  public List<ValueMetrics> perValue() {
    return perValue;
  }

  /** {@return the mean squared error over all values and images} */
  public double loss() {
    return mean(value -> value.rootMeanSquaredError() * value.rootMeanSquaredError());
  }

  /** {@return the mean over the values of the mean absolute error} */
  public double meanAbsoluteError() {
    return mean(ValueMetrics::meanAbsoluteError);
  }

  /** {@return the mean over the values of the root mean squared error} */
  public double rootMeanSquaredError() {
    return mean(ValueMetrics::rootMeanSquaredError);
  }

  /**
   * {@return the mean over the values of the coefficient of determination, at most 1} It is 1 -
   * (sum of squared errors) / (sum of squared differences of the targets from their mean). As with
   * {@code r2_score} in scikit-learn, the coefficient of a value whose targets are all equal is 1
   * if every output is exact, and otherwise 0.
   */
  public double r2() {
    return mean(ValueMetrics::r2);
  }

  private double mean(ToDoubleFunction<ValueMetrics> measure) {
    return perValue.stream().mapToDouble(measure).average().orElseThrow();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "mean absolute error %.4g, root mean squared error %.4g, R2 %.4f on %d images",
        meanAbsoluteError(),
        rootMeanSquaredError(),
        r2(),
        count());
  }

  /** An accumulator of outputs. Not safe for use from several threads. */
  public static final class Tally {

    private final List<String> valueNames;
    private final double[] absolute;
    private final double[] squared;
    private final double[] means;
    private final double[] spreads;
    private int count;

    private Tally(List<String> valueNames) {
      this.valueNames = List.copyOf(valueNames);
      checkArgument(
          !valueNames.isEmpty(), "A value evaluation must have at least one value, got none");
      this.absolute = new double[valueNames.size()];
      this.squared = new double[valueNames.size()];
      this.means = new double[valueNames.size()];
      this.spreads = new double[valueNames.size()];
    }

    /**
     * Adds a batch. The weights of the examples are ignored.
     *
     * @param outputs the outputs by image and value, finite
     * @param targets the values of the same images
     * @throws IllegalArgumentException if the targets are no values, the number of outputs or
     *     targets does not fit the values or images, or an output is not finite
     */
    public void add(float[][] outputs, Targets targets) {
      targets.require("a value evaluation", Targets.Kind.VALUES);
      targets.requireFor(outputs);
      for (int i = 0; i < outputs.length; i++) {
        requireOutputs(outputs[i]);
        count++;
        for (int j = 0; j < outputs[i].length; j++) {
          double target = targets.value(i, j);
          double off = outputs[i][j] - target;
          absolute[j] += Math.abs(off);
          squared[j] += off * off;
          // A running mean: B. Welford, "Note on a Method for Calculating Corrected Sums of Squares
          // and Products", 1962. It is exact if all targets are equal.
          double before = target - means[j];
          means[j] += before / count;
          spreads[j] += before * (target - means[j]);
        }
      }
    }

    private void requireOutputs(float[] row) {
      checkArgument(
          row.length == valueNames.size(),
          "outputs must have one number per value (%s), got %s",
          valueNames.size(),
          row.length);
      OptionalInt wrong = Finite.first(row);
      checkArgument(
          wrong.isEmpty(),
          "outputs must be finite, got %s for the value \"%s\"",
          wrong.isEmpty() ? 0 : row[wrong.getAsInt()],
          wrong.isEmpty() ? "" : valueNames.get(wrong.getAsInt()));
    }

    /**
     * {@return the results over all added images}
     *
     * @throws IllegalArgumentException if no image was added
     */
    public ValueEvaluation result() {
      checkArgument(count > 0, "An evaluation must have at least one image, got none");
      return new ValueEvaluation(
          count, IntStream.range(0, valueNames.size()).mapToObj(this::metrics).toList());
    }

    private ValueMetrics metrics(int index) {
      double r2;
      if (spreads[index] > 0) {
        r2 = 1 - squared[index] / spreads[index];
      } else {
        r2 = squared[index] == 0 ? 1 : 0;
      }
      return new ValueMetrics(
          valueNames.get(index), absolute[index] / count, Math.sqrt(squared[index] / count), r2);
    }
  }
}
