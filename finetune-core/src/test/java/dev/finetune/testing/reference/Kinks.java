package dev.finetune.testing.reference;

/**
 * How near what was computed came to where a derivative jumps. Nearer than float32's rounding an
 * engine may be on the other side, and rightly has another gradient.
 */
final class Kinks {

  private double margin = Double.POSITIVE_INFINITY;

  /** Notes a distance to a kink. */
  void near(double distance) {
    margin = Math.min(margin, Math.abs(distance));
  }

  double margin() {
    return margin;
  }
}
