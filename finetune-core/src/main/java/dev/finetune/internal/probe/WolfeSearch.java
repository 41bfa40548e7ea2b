package dev.finetune.internal.probe;

/**
 * A line search for the strong Wolfe conditions: Nocedal and Wright, Numerical Optimization, second
 * edition, algorithms 3.5 and 3.6 with cubic interpolation (equation 3.59).
 */
final class WolfeSearch {

  /** The share of the first-order decrease that a step must reach (c1 in equation 3.7a). */
  private static final double DECREASE = 1e-4;

  /** The share of the slope that may remain (c2 in equation 3.7b), for quasi-Newton directions. */
  private static final double SLOPE = 0.9;

  private static final int MAX_EVALUATIONS = 25;

  /** How much longer the next trial step is while the function still falls. */
  private static final double GROWTH = 4;

  private final Lbfgs.Objective objective;
  private final double[] point;
  private final double[] gradient;
  private double value;
  private int evaluations;

  WolfeSearch(Lbfgs.Objective objective, int size) {
    this.objective = objective;
    this.point = new double[size];
    this.gradient = new double[size];
  }

  /** A trial step with the value and the slope there. */
  private record Trial(double step, double value, double slope) {}

  /** Returns the last point evaluated; overwritten by the next search. */
  double[] point() {
    return point;
  }

  /** Returns the gradient at the last point; overwritten by the next search. */
  double[] gradient() {
    return gradient;
  }

  double value() {
    return value;
  }

  int evaluations() {
    return evaluations;
  }

  /**
   * Searches along a direction and leaves the point found in {@link #point}.
   *
   * @param slope the slope at the origin, negative
   * @param first the first step to try
   * @return whether the point satisfies the conditions up to rounding, or at least has a lower
   *     value than the origin
   */
  boolean search(double[] origin, double at, double[] direction, double slope, double first) {
    evaluations = 0;
    Trial start = new Trial(0, at, slope);
    Trial before = start;
    double step = first;
    while (evaluations < MAX_EVALUATIONS) {
      Trial trial = evaluate(origin, direction, step);
      if (tooHigh(trial, start) || (before.step > 0 && trial.value > before.value)) {
        return zoom(origin, direction, start, before, trial);
      }
      if (Math.abs(trial.slope) <= -SLOPE * slope) {
        return true;
      }
      if (trial.slope >= 0) {
        return zoom(origin, direction, start, trial, before);
      }
      before = trial;
      step *= GROWTH;
    }
    return value < at;
  }

  /** Returns whether a trial decreases the value too little, or is not finite. */
  private static boolean tooHigh(Trial trial, Trial start) {
    double rounding = Lbfgs.ROUNDING * Math.abs(start.value);
    return !(trial.value <= start.value + DECREASE * trial.step * start.slope + rounding)
        || Double.isNaN(trial.slope);
  }

  /** Narrows an interval that contains a step with the strong Wolfe conditions. */
  private boolean zoom(
      double[] origin, double[] direction, Trial start, Trial lowest, Trial other) {
    Trial low = lowest;
    Trial high = other;
    while (evaluations < MAX_EVALUATIONS) {
      Trial trial = evaluate(origin, direction, between(low, high));
      if (tooHigh(trial, start) || trial.value > low.value) {
        high = trial;
        continue;
      }
      if (Math.abs(trial.slope) <= -SLOPE * start.slope) {
        return true;
      }
      if (trial.slope * (high.step - low.step) >= 0) {
        high = low;
      }
      low = trial;
    }
    if (low.step > 0) {
      evaluate(origin, direction, low.step);
    }
    return low.step > 0 && value < start.value;
  }

  /** Returns the minimiser of the cubic through two trials, kept off the ends of the interval. */
  private static double between(Trial a, Trial b) {
    double width = b.step - a.step;
    double d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.step - b.step);
    double d2 = Math.signum(width) * Math.sqrt(d1 * d1 - a.slope * b.slope);
    double step = b.step - width * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
    double share = (step - a.step) / width;
    return a.step + width * (Double.isNaN(share) ? 0.5 : Math.max(0.1, Math.min(0.9, share)));
  }

  private Trial evaluate(double[] origin, double[] direction, double step) {
    evaluations++;
    for (int i = 0; i < point.length; i++) {
      point[i] = origin[i] + step * direction[i];
    }
    value = objective.evaluate(point, gradient);
    return new Trial(step, value, Products.dot(gradient, direction));
  }
}
