package org.example.extending.reference;

/** Normalisation on the tape. */
final class Norms {

  private Norms() {}

  /** Two numbers on the tape. */
  record Moments(int mean, int variance) {}

  /** Adds the mean and the biased variance of some numbers. */
  static Moments moments(Tape tape, int... places) {
    int mean = tape.sum(1.0 / places.length, places);
    int minus = tape.affine(mean, -1, 0);
    int[] squares = new int[places.length];
    for (int i = 0; i < squares.length; i++) {
      int off = tape.sum(1, places[i], minus);
      squares[i] = tape.product(off, off);
    }
    return new Moments(mean, tape.sum(1.0 / places.length, squares));
  }

  /** Adds one over the deviation. */
  static int inverse(Tape tape, Moments moments, double epsilon) {
    double variance = tape.value(moments.variance()) + epsilon;
    double inverse = 1 / Math.sqrt(variance);
    return tape.function(moments.variance(), inverse, -0.5 * inverse / variance);
  }

  /** Adds a number's distance from the mean, times the others, plus beta. */
  static int normal(Tape tape, int place, Moments moments, int inverse, int gamma, int beta) {
    int off = tape.sum(1, place, tape.affine(moments.mean(), -1, 0));
    return tape.sum(1, tape.product(tape.product(off, inverse), gamma), beta);
  }
}
