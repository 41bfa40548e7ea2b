package dev.finetune.internal.probe;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Chooses the strength of the regularisation by cross-validation: the one with the lowest mean log
 * loss of the held-out examples.
 *
 * <p>The log loss decides rather than the accuracy because it is less noisy: the accuracy of 200
 * held-out examples moves in steps of 0.5 points and is almost constant over a factor of 100 in the
 * strength, where the log loss has a clear minimum. It also values the probabilities, which callers
 * use to find label errors.
 *
 * <p>A class may have no example in the training part of a fold, for instance if it has a single
 * group. {@link PresentClasses} gives it a small fixed probability there. So its held-out examples
 * count as wrong, with a loss that is the same for all strengths and does not affect the choice.
 *
 * @param strengths the strengths to try, ascending and positive
 * @param tolerance the tolerance of the fits; see {@link SoftmaxRegression}
 */
public record StrengthSearch(List<Double> strengths, double tolerance) {

  /** The default tolerance: the lowest losses differ by less than 0.0005 from those at 1e-7. */
  public static final double TOLERANCE = 3e-5;

  /** The share of the heap that the folds computed at the same time may use. */
  private static final double HEAP_SHARE = 0.25;

  public StrengthSearch {
    strengths = List.copyOf(strengths);
    checkArgument(!strengths.isEmpty(), "strengths must have at least one value, got none");
    for (int i = 0; i < strengths.size(); i++) {
      double strength = strengths.get(i);
      checkArgument(
          strength > 0
              && strength < Double.POSITIVE_INFINITY
              && (i == 0 || strength > strengths.get(i - 1)),
          "strengths must be finite, > 0 and ascending, got %s",
          strengths);
    }
    checkArgument(tolerance >= 0, "tolerance must be >= 0, got %s", tolerance);
  }

  /** Returns a search of ten strengths from 1e-4 to 10 at equal ratios. */
  public static StrengthSearch defaults() {
    return new StrengthSearch(grid(1e-4, 10, 10), TOLERANCE);
  }

  /** Returns values at equal ratios. */
  public static List<Double> grid(double from, double to, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> from * Math.pow(to / from, i / (count - 1.0)))
        .toList();
  }

  /**
   * The result of a strength over all folds.
   *
   * @param strength the strength
   * @param loss the weighted mean of the held-out examples' log losses
   * @param lossDeviation the standard deviation of the folds' mean log losses; 0 for one fold
   * @param accuracy the weighted share of the held-out examples that are classified correctly
   * @param accuracyDeviation the standard deviation of the folds' accuracies; 0 for one fold
   */
  public record Row(
      double strength,
      double loss,
      double lossDeviation,
      double accuracy,
      double accuracyDeviation) {}

  /** The chosen strength. */
  public static final class Choice {
    private final double strength;
    private final List<Row> table;
    private final float[][] logProbabilities;
    private final int evaluations;

    /**
     * Creates a choice.
     *
     * @param strength the strength with the lowest loss
     * @param table the results of all strengths that every fold has tried, ascending; a fold ends
     *     when its loss has clearly risen
     * @param logProbabilities the log-probabilities of every example, of shape (examples, classes),
     *     by the model of the chosen strength that was fitted without the example's fold
     * @param evaluations the number of passes over the examples of a fold
     */
    Choice(double strength, List<Row> table, float[][] logProbabilities, int evaluations) {
      this.strength = strength;
      this.table = table;
      this.logProbabilities = logProbabilities;
      this.evaluations = evaluations;
    }

    /** Returns the strength with the lowest loss. */
    public double strength() {
      return strength;
    }

    /**
     * Returns the results of all strengths that every fold has tried, ascending; a fold ends when
     * its loss has clearly risen.
     */
    public List<Row> table() {
      return table;
    }

    /**
     * Returns the log-probabilities of every example, of shape (examples, classes), by the model of
     * the chosen strength that was fitted without the example's fold.
     */
    public float[][] logProbabilities() {
      return logProbabilities;
    }

    /** Returns the number of passes over the examples of a fold. */
    public int evaluations() {
      return evaluations;
    }
  }

  /**
   * Chooses the strength.
   *
   * @param examples the examples
   * @param foldOf the fold of each example, from 0; every fold up to the highest has an example of
   *     positive weight, and there are at least two
   * @param threads the number of threads; they do not change the result
   * @throws IllegalArgumentException if the folds are not as above, or {@code threads} is less than
   *     1
   */
  public Choice choose(ProbeExamples examples, int[] foldOf, int threads) {
    int folds = folds(examples, foldOf);
    return Tiles.onThreads(
        threads,
        () -> {
          Choice choice = choice(examples, paths(examples, foldOf, folds, true));
          int tried = choice.table().size();
          boolean mayFall = choice.strength() >= strengths.get(tried - 1);
          // A fold may end early although the mean over the folds still falls.
          return mayFall && tried < strengths.size()
              ? choice(examples, paths(examples, foldOf, folds, false))
              : choice;
        });
  }

  private List<FoldPath> paths(ProbeExamples examples, int[] foldOf, int folds, boolean mayEnd) {
    Lbfgs minimizer = new Lbfgs(tolerance, SoftmaxRegression.MAX_ITERATIONS);
    int atOnce = Math.max(1, Math.min(folds, atOnce(examples)));
    List<FoldPath> paths = new ArrayList<>();
    for (int from = 0; from < folds; from += atOnce) {
      int first = from;
      paths.addAll(
          Tiles.map(
              Math.min(atOnce, folds - from),
              i -> FoldPath.of(examples, foldOf, first + i, strengths, minimizer, mayEnd)));
    }
    return paths;
  }

  /** Returns how many folds fit into memory at the same time. */
  private static int atOnce(ProbeExamples examples) {
    // Two copies of the features as doubles, and as much again while they are made.
    double bytes = 4.0 * Double.BYTES * examples.size() * examples.width();
    return (int) Math.min(1000, Runtime.getRuntime().maxMemory() * HEAP_SHARE / bytes);
  }

  private static int folds(ProbeExamples examples, int[] foldOf) {
    checkArgument(
        foldOf.length == examples.size(),
        "foldOf must have one value per example (%s), got %s",
        examples.size(),
        foldOf.length);
    int folds = Arrays.stream(foldOf).max().orElse(-1) + 1;
    checkArgument(folds >= 2, "foldOf must have at least 2 folds, got %s", folds);
    double[] sums = new double[folds];
    for (int i = 0; i < foldOf.length; i++) {
      checkArgument(
          foldOf[i] >= 0,
          "%s: the fold must be from 0 to %s, got %s",
          examples.names().get(i),
          folds - 1,
          foldOf[i]);
      sums[foldOf[i]] += examples.weights()[i];
    }
    for (int fold = 0; fold < folds; fold++) {
      checkArgument(
          sums[fold] > 0,
          "Every fold must have an example of positive weight, got none for %s",
          fold);
    }
    return folds;
  }

  private Choice choice(ProbeExamples examples, List<FoldPath> paths) {
    int tried = paths.stream().mapToInt(path -> path.results().size()).min().orElse(0);
    List<Row> table = IntStream.range(0, tried).mapToObj(index -> row(paths, index)).toList();
    int best = 0;
    for (int i = 1; i < tried; i++) {
      if (table.get(i).loss() < table.get(best).loss()) {
        best = i;
      }
    }
    float[][] logProbabilities = new float[examples.size()][];
    for (FoldPath path : paths) {
      float[][] own = path.results().get(best).logProbabilities();
      for (int i = 0; i < own.length; i++) {
        logProbabilities[path.heldOut()[i]] = own[i];
      }
    }
    return new Choice(
        strengths.get(best),
        table,
        logProbabilities,
        paths.stream()
            .flatMap(p -> p.results().stream())
            .mapToInt(FoldPath.Point::evaluations)
            .sum());
  }

  private Row row(List<FoldPath> paths, int index) {
    List<FoldPath.Point> points = paths.stream().map(path -> path.results().get(index)).toList();
    double sum = paths.stream().mapToDouble(FoldPath::weight).sum();
    double loss = 0;
    double accuracy = 0;
    for (int f = 0; f < points.size(); f++) {
      loss += points.get(f).loss() * paths.get(f).weight() / sum;
      accuracy += points.get(f).accuracy() * paths.get(f).weight() / sum;
    }
    return new Row(
        strengths.get(index),
        loss,
        deviation(points.stream().mapToDouble(FoldPath.Point::loss)),
        accuracy,
        deviation(points.stream().mapToDouble(FoldPath.Point::accuracy)));
  }

  private static double deviation(DoubleStream values) {
    double[] all = values.toArray();
    double mean = Arrays.stream(all).average().orElse(0);
    return Math.sqrt(Arrays.stream(all).map(v -> (v - mean) * (v - mean)).sum() / (all.length - 1));
  }
}
