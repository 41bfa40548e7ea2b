package dev.finetune.loss;

/** The logistic function 1 / (1 + exp(-x)) and its logarithm, without overflow. */
final class Sigmoid {

  private Sigmoid() {}

  /** Returns the logistic function of a logit. */
  static double of(double logit) {
    // exp of a negative number cannot overflow.
    double small = Math.exp(-Math.abs(logit));
    return (logit >= 0 ? 1 : small) / (1 + small);
  }

  /** Returns the logarithm of the logistic function of a logit. */
  static double log(double logit) {
    return Math.min(logit, 0) - Math.log1p(Math.exp(-Math.abs(logit)));
  }
}
