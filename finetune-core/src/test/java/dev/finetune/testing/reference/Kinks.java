package dev.finetune.testing.reference;

/**
 * The smallest distance of computed values to a kink, a point where a derivative is not continuous.
 * If it is below the rounding of float32, an engine may be on the other side of the kink and
 * correctly compute another gradient.
 */
final class Kinks {

  private double margin = Double.POSITIVE_INFINITY;

  /** Records a distance to a kink. */
  void near(double distance) {
    margin = Math.min(margin, Math.abs(distance));
  }

  /** Returns the smallest distance. */
  double margin() {
    return margin;
  }
}
