package dev.finetune.image;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.random.RandomGenerator;

/** A random part of the image: {@link Augmentations#crop}. */
record Crop(double area, double aspect) implements Augmentation {

  private static final int ATTEMPTS = 10;

  Crop {
    checkArgument(area > 0 && area <= 1, "area must be in (0, 1], got %s", area);
    checkArgument(aspect >= 1 && aspect <= 10, "aspect must be in [1, 10], got %s", aspect);
  }

  @Override
  public Pixels apply(Pixels image, RandomGenerator random) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double share = Draw.between(random, area, 1);
      double ratio = Draw.ratio(random, aspect);
      int width = (int) Math.rint(image.width() * Math.sqrt(share * ratio));
      int height = (int) Math.rint(image.height() * Math.sqrt(share / ratio));
      if (width > 0 && width <= image.width() && height > 0 && height <= image.height()) {
        int top = Draw.index(random, image.height() - height + 1);
        int left = Draw.index(random, image.width() - width + 1);
        return part(image, top, left, height, width);
      }
    }
    return image;
  }

  private static Pixels part(Pixels image, int top, int left, int height, int width) {
    float[] out = new float[3 * height * width];
    for (int channel = 0; channel < 3; channel++) {
      for (int y = 0; y < height; y++) {
        System.arraycopy(
            image.planes(),
            (channel * image.height() + top + y) * image.width() + left,
            out,
            (channel * height + y) * width,
            width);
      }
    }
    return Pixels.ofPlanes(height, width, out);
  }

  @Override
  public String description() {
    return "crop area " + area + ", aspect " + aspect;
  }
}
