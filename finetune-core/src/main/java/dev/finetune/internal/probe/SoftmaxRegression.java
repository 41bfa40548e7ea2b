package dev.finetune.internal.probe;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Multinomial logistic regression with an L2 penalty. It minimises C times the weighted sum of the
 * cross-entropies plus half the squared norm of the weights; the biases are not penalised. This is
 * the objective of scikit-learn's {@code LogisticRegression(C=strength)} after a {@code
 * StandardScaler}: the features are standardised over the examples, so that a strength means the
 * same for every network. For two classes, scikit-learn fits one logit instead of two, which is the
 * same model with C=2 strength.
 *
 * @param strength the inverse strength C of the regularisation, positive
 * @param tolerance the largest absolute value of the gradient at which to stop, at least 0; the
 *     gradient is that of the objective divided by C and the sum of the example weights
 * @param maxIterations the largest number of iterations, at least 1
 */
public record SoftmaxRegression(double strength, double tolerance, int maxIterations) {

  /** The default tolerance; see {@link #of}. */
  public static final double TOLERANCE = 1e-6;

  /** The default number of iterations, several times what hard problems need. */
  public static final int MAX_ITERATIONS = 2000;

  public SoftmaxRegression {
    checkArgument(
        strength > 0 && strength < Double.POSITIVE_INFINITY,
        "strength must be finite and > 0, got %s",
        strength);
    checkArgument(tolerance >= 0, "tolerance must be >= 0, got %s", tolerance);
    checkArgument(maxIterations >= 1, "maxIterations must be >= 1, got %s", maxIterations);
  }

  /** Returns a regression with the default tolerance, 1e-6, and up to 2,000 iterations. */
  public static SoftmaxRegression of(double strength) {
    return new SoftmaxRegression(strength, TOLERANCE, MAX_ITERATIONS);
  }

  /** Returns a regression with another tolerance. */
  public SoftmaxRegression tolerance(double newTolerance) {
    return new SoftmaxRegression(strength, newTolerance, maxIterations);
  }

  /**
   * A fitted model.
   *
   * @param model the model of the raw features
   * @param objective the objective divided by C and the sum of the example weights
   * @param iterations the number of iterations
   * @param evaluations the number of passes over the examples
   * @param converged whether the fit reached the tolerance or the limits of rounding
   */
  public record Fit(
      SoftmaxModel model, double objective, int iterations, int evaluations, boolean converged) {}

  /**
   * Fits the model.
   *
   * @param examples the examples; every class has one of positive weight
   * @param threads the number of threads; they do not change the result
   * @throws IllegalArgumentException if a class has no example of positive weight, or {@code
   *     threads} is less than 1
   */
  public Fit fit(ProbeExamples examples, int threads) {
    requireEveryClass(examples);
    return Tiles.onThreads(
        threads,
        () -> {
          ProbeDesign design = design(examples);
          return fit(design, design.start());
        });
  }

  /**
   * Fits the model from a solution of a similar problem, which needs fewer iterations.
   *
   * @param examples the examples; every class has one of positive weight
   * @param start the model to start from
   * @param threads the number of threads; they do not change the result
   * @throws IllegalArgumentException if a class has no example of positive weight, {@code start}
   *     has other numbers of classes or features, or {@code threads} is less than 1
   */
  public Fit fit(ProbeExamples examples, SoftmaxModel start, int threads) {
    requireEveryClass(examples);
    checkArgument(
        start.bias().length == examples.classes() && start.weights()[0].length == examples.width(),
        "start must have %s classes and %s features, got %s and %s",
        examples.classes(),
        examples.width(),
        start.bias().length,
        start.weights()[0].length);
    return Tiles.onThreads(
        threads,
        () -> {
          ProbeDesign design = design(examples);
          return fit(design, design.point(start));
        });
  }

  private Fit fit(ProbeDesign design, double[] start) {
    Lbfgs.Result result = design.fit(strength, start, new Lbfgs(tolerance, maxIterations));
    return new Fit(
        design.model(result.point()),
        result.value(),
        result.iterations(),
        result.evaluations(),
        result.converged());
  }

  private static ProbeDesign design(ProbeExamples examples) {
    return new ProbeDesign(
        examples.features(),
        IntStream.range(0, examples.size()).toArray(),
        examples.labels(),
        examples.weights(),
        examples.classes());
  }

  private static void requireEveryClass(ProbeExamples examples) {
    boolean[] present = new boolean[examples.classes()];
    for (int i = 0; i < examples.size(); i++) {
      present[examples.labels()[i]] |= examples.weights()[i] > 0;
    }
    int[] absent = IntStream.range(0, present.length).filter(k -> !present[k]).toArray();
    checkArgument(
        absent.length == 0,
        "Every class must have an example of positive weight, got none for %s",
        Arrays.toString(absent));
  }
}
