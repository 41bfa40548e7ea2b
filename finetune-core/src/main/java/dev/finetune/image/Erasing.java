package dev.finetune.image;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.random.RandomGenerator;

/** A rectangle of random values: {@link Augmentations#erasing}. */
record Erasing(double area) implements Augmentation {

  /** The smallest share of the area, and the largest aspect ratio, in the paper's experiments. */
  private static final double LEAST_AREA = 0.02;

  private static final double MOST_ASPECT = 1 / 0.3;
  private static final int ATTEMPTS = 10;

  Erasing {
    checkArgument(area >= 0 && area < 1, "area must be in [0, 1), got %s", area);
  }

  @Override
  public Pixels apply(Pixels image, RandomGenerator random) {
    double size = (double) image.height() * image.width();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double share = Draw.between(random, Math.min(LEAST_AREA, area), area);
      double ratio = Draw.ratio(random, MOST_ASPECT);
      int height = (int) Math.rint(Math.sqrt(size * share * ratio));
      int width = (int) Math.rint(Math.sqrt(size * share / ratio));
      if (height < image.height() && width < image.width()) {
        int top = Draw.index(random, image.height() - height + 1);
        int left = Draw.index(random, image.width() - width + 1);
        return erased(image, top, left, height, width, random);
      }
    }
    return image;
  }

  private static Pixels erased(
      Pixels image, int top, int left, int height, int width, RandomGenerator random) {
    float[] out = image.copy();
    for (int channel = 0; channel < 3; channel++) {
      for (int y = top; y < top + height; y++) {
        int row = (channel * image.height() + y) * image.width() + left;
        for (int i = row; i < row + width; i++) {
          out[i] = (float) (random.nextDouble() * Colours.WHITE);
        }
      }
    }
    return Pixels.ofPlanes(image.height(), image.width(), out);
  }

  @Override
  public String description() {
    return "erasing " + area;
  }
}
