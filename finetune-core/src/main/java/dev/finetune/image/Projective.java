package dev.finetune.image;

/**
 * A projective map of positions in an image. A position is a column x and a row y; whole numbers
 * are the centres of pixels. It maps (x, y) to (a x + b y + c, d x + e y + f) / (g x + h y + i).
 */
record Projective(
    double a, double b, double c, double d, double e, double f, double g, double h, double i) {

  /** Returns an affine map. */
  static Projective affine(double a, double b, double c, double d, double e, double f) {
    return new Projective(a, b, c, d, e, f, 0, 0, 1);
  }

  /** Returns a shift. */
  static Projective shift(double right, double down) {
    return affine(1, 0, right, 0, 1, down);
  }

  /** Returns a linear map about a centre instead of position (0, 0). */
  static Projective about(double x, double y, double a, double b, double d, double e) {
    return shift(x, y).after(affine(a, b, 0, d, e, 0)).after(shift(-x, -y));
  }

  /**
   * Returns the map of the corners (0, 0), (1, 0), (1, 1) and (0, 1) of the unit square to four
   * positions (P. Heckbert, "Fundamentals of Texture Mapping and Image Warping", 1989, section
   * 2.2.3).
   */
  static Projective ofSquare(double[] x, double[] y) {
    double dx1 = x[1] - x[2];
    double dy1 = y[1] - y[2];
    double dx2 = x[3] - x[2];
    double dy2 = y[3] - y[2];
    double sumX = x[0] - x[1] + x[2] - x[3];
    double sumY = y[0] - y[1] + y[2] - y[3];
    double determinant = dx1 * dy2 - dx2 * dy1;
    double g = (sumX * dy2 - dx2 * sumY) / determinant;
    double h = (dx1 * sumY - sumX * dy1) / determinant;
    return new Projective(
        x[1] - x[0] + g * x[1],
        x[3] - x[0] + h * x[3],
        x[0],
        y[1] - y[0] + g * y[1],
        y[3] - y[0] + h * y[3],
        y[0],
        g,
        h,
        1);
  }

  /** Returns the map that applies another map first and then this one. */
  Projective after(Projective first) {
    return new Projective(
        a * first.a + b * first.d + c * first.g,
        a * first.b + b * first.e + c * first.h,
        a * first.c + b * first.f + c * first.i,
        d * first.a + e * first.d + f * first.g,
        d * first.b + e * first.e + f * first.h,
        d * first.c + e * first.f + f * first.i,
        g * first.a + h * first.d + i * first.g,
        g * first.b + h * first.e + i * first.h,
        g * first.c + h * first.f + i * first.i);
  }

  /** Returns the inverse: the adjugate, because a common factor has no effect. */
  Projective inverse() {
    return new Projective(
        e * i - f * h,
        c * h - b * i,
        b * f - c * e,
        f * g - d * i,
        a * i - c * g,
        c * d - a * f,
        d * h - e * g,
        b * g - a * h,
        a * e - b * d);
  }

  /** Returns x of the result times {@link #scale}. */
  double x(double x, double y) {
    return a * x + b * y + c;
  }

  /** Returns y of the result times {@link #scale}. */
  double y(double x, double y) {
    return d * x + e * y + f;
  }

  /** Returns the divisor of the coordinates of a result. */
  double scale(double x, double y) {
    return g * x + h * y + i;
  }
}
