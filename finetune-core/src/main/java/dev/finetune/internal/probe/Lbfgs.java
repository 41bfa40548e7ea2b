package dev.finetune.internal.probe;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;

/**
 * Minimises a smooth function by L-BFGS: Nocedal and Wright, Numerical Optimization, second
 * edition, algorithms 7.4 (the direction from the last steps) and 7.5, with steps that satisfy the
 * strong Wolfe conditions ({@link WolfeSearch}).
 *
 * <p>The initial inverse Hessian of an iteration is gamma D^-1, where D is an estimate of the
 * Hessian's diagonal and gamma fits it to the last step; equation 7.20 is the case D = I. It is the
 * same as plain L-BFGS on variables that are scaled by the square root of D.
 *
 * @param tolerance the largest absolute value of the gradient at which to stop, at least 0
 * @param maxIterations the largest number of iterations, at least 1
 */
record Lbfgs(double tolerance, int maxIterations) {

  /** How many of the last steps describe the curvature. */
  private static final int MEMORY = 10;

  /**
   * The change of the value, relative to the value, that is rounding: a few units of the last
   * place.
   */
  static final double ROUNDING = 1e-15;

  Lbfgs {
    checkArgument(tolerance >= 0, "tolerance must be >= 0, got %s", tolerance);
    checkArgument(maxIterations >= 1, "maxIterations must be >= 1, got %s", maxIterations);
  }

  /** A differentiable function. */
  interface Objective {

    /**
     * Computes the value and the gradient.
     *
     * @param point where to compute them; must not be changed
     * @param gradient receives the gradient
     */
    double evaluate(double[] point, double[] gradient);
  }

  /** The result of a minimisation. */
  static final class Result {
    private final double[] point;
    private final double value;
    private final int iterations;
    private final int evaluations;
    private final boolean converged;

    /**
     * Creates a result.
     *
     * @param point the best point
     * @param value the value there
     * @param iterations the number of steps taken
     * @param evaluations the number of evaluations of the function
     * @param converged whether the gradient is within the tolerance, or the last step decreased the
     *     value by rounding only
     */
    Result(double[] point, double value, int iterations, int evaluations, boolean converged) {
      this.point = point;
      this.value = value;
      this.iterations = iterations;
      this.evaluations = evaluations;
      this.converged = converged;
    }

    /** Returns the best point. */
    double[] point() {
      return point;
    }

    /** Returns the value there. */
    double value() {
      return value;
    }

    /** Returns the number of steps taken. */
    int iterations() {
      return iterations;
    }

    /** Returns the number of evaluations of the function. */
    int evaluations() {
      return evaluations;
    }

    /**
     * Returns whether the gradient is within the tolerance, or the last step decreased the value by
     * rounding only.
     */
    boolean converged() {
      return converged;
    }
  }

  /** Minimises a function without an estimate of the Hessian. */
  Result minimize(Objective objective, double[] start) {
    double[] ones = new double[start.length];
    Arrays.fill(ones, 1);
    return minimize(objective, start, ones);
  }

  /**
   * Minimises a function.
   *
   * @param objective the function
   * @param start the first point
   * @param curvature an estimate of the diagonal of the Hessian up to a factor, positive
   * @throws IllegalArgumentException if the value or the gradient at the start is not finite
   */
  Result minimize(Objective objective, double[] start, double[] curvature) {
    double[] point = start.clone();
    double[] gradient = new double[point.length];
    double value = objective.evaluate(point, gradient);
    checkArgument(
        Double.isFinite(value) && Double.isFinite(largest(gradient)),
        "The function must be finite at the start, got the value %s",
        value);
    WolfeSearch search = new WolfeSearch(objective, point.length);
    Steps steps = new Steps(MEMORY, curvature);
    int evaluations = 1;
    int iterations = 0;
    boolean converged = largest(gradient) <= tolerance;
    while (!converged && iterations < maxIterations) {
      double[] direction = steps.direction(gradient);
      double slope = Products.dot(direction, gradient);
      if (!(slope < 0)) {
        if (steps.isEmpty()) {
          break;
        }
        steps.clear(); // rounding has spoilt the curvature
        continue;
      }
      double first = steps.isEmpty() ? Math.min(1, 1 / largest(direction)) : 1;
      boolean found = search.search(point, value, direction, slope, first);
      evaluations += search.evaluations();
      if (!found) {
        if (steps.isEmpty()) {
          break;
        }
        steps.clear();
        continue;
      }
      iterations++;
      double decrease = value - search.value();
      steps.add(point, search.point(), gradient, search.gradient());
      System.arraycopy(search.point(), 0, point, 0, point.length);
      System.arraycopy(search.gradient(), 0, gradient, 0, gradient.length);
      value = search.value();
      converged = largest(gradient) <= tolerance || decrease <= ROUNDING * Math.abs(value);
    }
    return new Result(point, value, iterations, evaluations, converged);
  }

  /** Returns the largest absolute value; NaN if a value is NaN. */
  private static double largest(double[] vector) {
    double largest = 0;
    for (double v : vector) {
      largest = Math.max(largest, Math.abs(v));
    }
    return largest;
  }

  /** The last steps and the changes of the gradient along them. */
  private static final class Steps {
    private final double[] curvature;
    private final double[][] moves;
    private final double[][] changes;
    private final double[] inverses;
    private int count;
    private double gamma = 1;

    Steps(int memory, double[] curvature) {
      this.curvature = curvature;
      this.moves = new double[memory][curvature.length];
      this.changes = new double[memory][curvature.length];
      this.inverses = new double[memory];
    }

    boolean isEmpty() {
      return count == 0;
    }

    void clear() {
      count = 0;
      gamma = 1;
    }

    /** Adds a step, unless the function is not convex along it. */
    void add(double[] from, double[] to, double[] gradientFrom, double[] gradientTo) {
      int slot = count % moves.length;
      double[] move = moves[slot];
      double[] change = changes[slot];
      double scaled = 0;
      for (int i = 0; i < move.length; i++) {
        move[i] = to[i] - from[i];
        change[i] = gradientTo[i] - gradientFrom[i];
        scaled += change[i] * change[i] / curvature[i];
      }
      double product = Products.dot(move, change);
      if (product > 0 && scaled > 0 && Double.isFinite(1 / product)) {
        inverses[slot] = 1 / product;
        gamma = product / scaled;
        count++;
      }
    }

    /** Returns minus the product of the inverse Hessian and the gradient, by algorithm 7.4. */
    double[] direction(double[] gradient) {
      double[] q = gradient.clone();
      double[] alphas = new double[moves.length];
      int oldest = Math.max(0, count - moves.length);
      for (int i = count - 1; i >= oldest; i--) {
        int slot = i % moves.length;
        alphas[slot] = inverses[slot] * Products.dot(moves[slot], q);
        Products.add(q, 0, q.length, -alphas[slot], changes[slot]);
      }
      for (int i = 0; i < q.length; i++) {
        q[i] *= -gamma / curvature[i];
      }
      for (int i = oldest; i < count; i++) {
        int slot = i % moves.length;
        double beta = inverses[slot] * Products.dot(changes[slot], q);
        Products.add(q, 0, q.length, -alphas[slot] - beta, moves[slot]);
      }
      return q;
    }
  }
}
