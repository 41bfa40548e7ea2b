package dev.finetune.image;

/** Bilinear interpolation of an image at any position. */
final class Sampler {

  private final float[] planes;
  private final int width;
  private final int lastRow;
  private final int lastColumn;
  private final int area;

  Sampler(Pixels image) {
    planes = image.planes();
    width = image.width();
    lastRow = image.height() - 1;
    lastColumn = image.width() - 1;
    area = image.height() * image.width();
  }

  /**
   * Interpolates the three values at a position. Positions outside the image are moved to its
   * border.
   *
   * @param out receives the values, as planes of the size of the image
   * @param at the index of the pixel in the first plane of {@code out}
   */
  void sample(double row, double column, float[] out, int at) {
    double y = Math.max(0, Math.min(lastRow, row));
    double x = Math.max(0, Math.min(lastColumn, column));
    int top = (int) y;
    int left = (int) x;
    float along = (float) (x - left);
    float across = (float) (y - top);
    int near = top * width + left;
    int right = left < lastColumn ? 1 : 0;
    int below = top < lastRow ? width : 0;
    for (int channel = 0; channel < 3; channel++) {
      int from = channel * area + near;
      float upper = planes[from] * (1 - along) + planes[from + right] * along;
      float lower = planes[from + below] * (1 - along) + planes[from + below + right] * along;
      out[channel * area + at] = upper * (1 - across) + lower * across;
    }
  }

  /**
   * Returns an image of the same size that shows at each position what the image shows at another.
   *
   * @param source maps a position in the result to a position in the image
   */
  static Pixels warp(Pixels image, Projective source) {
    Sampler sampler = new Sampler(image);
    float[] out = new float[image.values()];
    int at = 0;
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++, at++) {
        double scale = source.scale(x, y);
        sampler.sample(source.y(x, y) / scale, source.x(x, y) / scale, out, at);
      }
    }
    return Pixels.ofPlanes(image.height(), image.width(), out);
  }
}
