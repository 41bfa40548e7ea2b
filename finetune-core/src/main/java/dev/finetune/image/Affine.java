package dev.finetune.image;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.random.RandomGenerator;

/** A random rotation, shift and zoom: {@link Augmentations#affine}. */
record Affine(double degrees, double shift, double zoom) implements Augmentation {

  Affine {
    checkArgument(
        degrees >= 0 && degrees <= 180 && shift >= 0 && shift < 1 && zoom >= 0 && zoom < 1,
        "degrees must be in [0, 180], and shift and zoom in [0, 1), got %s, %s and %s",
        degrees,
        shift,
        zoom);
  }

  @Override
  public Pixels apply(Pixels image, RandomGenerator random) {
    double angle = Math.toRadians(Draw.symmetric(random, degrees));
    double down = Draw.symmetric(random, shift) * image.height();
    double right = Draw.symmetric(random, shift) * image.width();
    double scale = 1 + Draw.symmetric(random, zoom);
    // Maps a position in the result to the position in the image that it shows.
    double cos = Math.cos(angle) / scale;
    double sin = Math.sin(angle) / scale;
    double middleY = (image.height() - 1) / 2.0;
    double middleX = (image.width() - 1) / 2.0;
    Sampler sampler = new Sampler(image);
    float[] out = new float[image.values()];
    int at = 0;
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++, at++) {
        double fromY = y - middleY - down;
        double fromX = x - middleX - right;
        sampler.sample(
            cos * fromY - sin * fromX + middleY, sin * fromY + cos * fromX + middleX, out, at);
      }
    }
    return Pixels.ofPlanes(image.height(), image.width(), out);
  }

  @Override
  public String description() {
    return "affine " + degrees + " degrees, shift " + shift + ", zoom " + zoom;
  }
}
