package dev.finetune.image;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.random.RandomGenerator;

/**
 * A loss of detail, as if an image was taken from farther away: {@link
 * Augmentations#lowResolution}.
 */
record LowResolution(double least) implements Augmentation {

  /** The smallest height and width to shrink an image to. */
  private static final int SMALLEST = 8;

  /**
   * A Gaussian blur with this many times sqrt(r^2 - 1) pixels removes the detail that an image r
   * times smaller cannot have. A pixel is a box with a deviation of sqrt(1 / 12) = 0.29; a Gaussian
   * of 0.4 also removes what bilinear resizing would turn into patterns.
   */
  private static final double BLUR = 0.4;

  LowResolution {
    checkArgument(least > 0 && least <= 1, "least must be in (0, 1], got %s", least);
  }

  @Override
  public Pixels apply(Pixels image, RandomGenerator random) {
    double share = StrictMath.pow(least, random.nextDouble());
    int height = shrunk(image.height(), share);
    int width = shrunk(image.width(), share);
    if (height >= image.height() && width >= image.width()) {
      return image;
    }
    double times = Math.max((double) image.height() / height, (double) image.width() / width);
    Pixels smooth = Filters.blur(image, BLUR * Math.sqrt(times * times - 1));
    return Bilinear.resize(Bilinear.resize(smooth, height, width), image.height(), image.width());
  }

  private static int shrunk(int size, double share) {
    return Math.min(size, Math.max(SMALLEST, (int) Math.rint(size * share)));
  }

  @Override
  public String description() {
    return "low resolution " + least;
  }
}
