package dev.finetune.image;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.random.RandomGenerator;

/** The built-in augmentations. */
public final class Augmentations {

  private static final float WHITE = 255;

  private Augmentations() {}

  /**
   * {@return a random rotation, shift and zoom about the centre} Each amount is uniform up to its
   * bound. Areas that come into view from outside the image repeat its border.
   *
   * @param degrees the largest rotation in either direction, in degrees, in [0, 180]
   * @param shift the largest shift in either direction, as a fraction of height and width, in [0,
   *     1)
   * @param zoom the largest zoom in either direction, in [0, 1): 0.1 scales by 0.9 to 1.1
   * @throws IllegalArgumentException if a value is outside its range
   */
  public static Augmentation affine(double degrees, double shift, double zoom) {
    checkArgument(
        degrees >= 0 && degrees <= 180 && shift >= 0 && shift < 1 && zoom >= 0 && zoom < 1,
        "degrees must be in [0, 180], and shift and zoom in [0, 1), got %s, %s and %s",
        degrees,
        shift,
        zoom);
    return new Affine(degrees, shift, zoom);
  }

  /**
   * {@return a multiplication of all values by a uniform random factor} Results over 255 become
   * 255.
   *
   * @param range the largest change of the factor, in [0, 1): 0.3 multiplies by 0.7 to 1.3
   * @throws IllegalArgumentException if the value is outside its range
   */
  public static Augmentation brightness(double range) {
    checkArgument(range >= 0 && range < 1, "range must be in [0, 1), got %s", range);
    return new Brightness(range);
  }

  /**
   * {@return a left-right flip of half of the images} Do not use it where orientation matters, as
   * with most traffic signs.
   */
  public static Augmentation horizontalFlip() {
    return new HorizontalFlip();
  }

  private static double symmetric(RandomGenerator random, double bound) {
    return (2 * random.nextDouble() - 1) * bound;
  }

  private record Affine(double degrees, double shift, double zoom) implements Augmentation {
    @Override
    public Pixels apply(Pixels image, RandomGenerator random) {
      double angle = Math.toRadians(symmetric(random, degrees));
      double down = symmetric(random, shift) * image.height();
      double right = symmetric(random, shift) * image.width();
      double scale = 1 + symmetric(random, zoom);
      // Maps a position in the result to the position in the image that it shows.
      double cos = Math.cos(angle) / scale;
      double sin = Math.sin(angle) / scale;
      double middleY = (image.height() - 1) / 2.0;
      double middleX = (image.width() - 1) / 2.0;
      float[] out = new float[image.planes().length];
      int area = image.height() * image.width();
      int at = 0;
      for (int y = 0; y < image.height(); y++) {
        for (int x = 0; x < image.width(); x++, at++) {
          double fromY = y - middleY - down;
          double fromX = x - middleX - right;
          sample(
              image,
              cos * fromY - sin * fromX + middleY,
              sin * fromY + cos * fromX + middleX,
              out,
              at,
              area);
        }
      }
      return Pixels.ofPlanes(image.height(), image.width(), out);
    }

    /** Interpolates bilinearly. Positions outside the image are moved to its border. */
    private static void sample(
        Pixels image, double row, double column, float[] out, int at, int area) {
      double y = Math.max(0, Math.min(image.height() - 1, row));
      double x = Math.max(0, Math.min(image.width() - 1, column));
      int top = (int) y;
      int left = (int) x;
      int bottom = Math.min(top + 1, image.height() - 1);
      int far = Math.min(left + 1, image.width() - 1);
      float along = (float) (x - left);
      float across = (float) (y - top);
      for (int channel = 0; channel < 3; channel++) {
        float upper =
            image.at(channel, top, left) * (1 - along) + image.at(channel, top, far) * along;
        float lower =
            image.at(channel, bottom, left) * (1 - along) + image.at(channel, bottom, far) * along;
        out[channel * area + at] = upper * (1 - across) + lower * across;
      }
    }

    @Override
    public String description() {
      return "affine " + degrees + " degrees, shift " + shift + ", zoom " + zoom;
    }
  }

  private record Brightness(double range) implements Augmentation {
    @Override
    public Pixels apply(Pixels image, RandomGenerator random) {
      float factor = (float) (1 + symmetric(random, range));
      float[] out = new float[image.planes().length];
      for (int i = 0; i < out.length; i++) {
        out[i] = Math.min(WHITE, image.planes()[i] * factor);
      }
      return Pixels.ofPlanes(image.height(), image.width(), out);
    }

    @Override
    public String description() {
      return "brightness " + range;
    }
  }

  private record HorizontalFlip() implements Augmentation {
    @Override
    public Pixels apply(Pixels image, RandomGenerator random) {
      if (random.nextBoolean()) {
        return image;
      }
      float[] out = new float[image.planes().length];
      int width = image.width();
      for (int i = 0; i < out.length; i++) {
        out[i] = image.planes()[i - i % width + width - 1 - i % width];
      }
      return Pixels.ofPlanes(image.height(), image.width(), out);
    }

    @Override
    public String description() {
      return "horizontal flip";
    }
  }
}
