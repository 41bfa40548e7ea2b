package dev.finetune.image;

/**
 * Changes of the geometry by a given amount, as in torchvision's {@code RandAugment}, but with
 * bilinear interpolation and the border repeated where torchvision has black.
 */
final class Geometry {

  private Geometry() {}

  /** Rotates about the centre, counter-clockwise. */
  static Pixels rotate(Pixels image, double degrees) {
    double angle = Math.toRadians(degrees);
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    double x = (image.width() - 1) / 2.0;
    double y = (image.height() - 1) / 2.0;
    return degrees == 0 ? image : Sampler.warp(image, Projective.about(x, y, cos, -sin, sin, cos));
  }

  /** Moves each row to the left by its distance from the top edge times a factor. */
  static Pixels shearX(Pixels image, double factor) {
    return factor == 0 ? image : Sampler.warp(image, Projective.about(-0.5, -0.5, 1, factor, 0, 1));
  }

  /** Moves each column up by its distance from the left edge times a factor. */
  static Pixels shearY(Pixels image, double factor) {
    return factor == 0 ? image : Sampler.warp(image, Projective.about(-0.5, -0.5, 1, 0, factor, 1));
  }

  /** Moves the image to the right by whole pixels. */
  static Pixels translateX(Pixels image, double pixels) {
    int whole = (int) pixels;
    return whole == 0 ? image : Sampler.warp(image, Projective.shift(-whole, 0));
  }

  /** Moves the image down by whole pixels. */
  static Pixels translateY(Pixels image, double pixels) {
    int whole = (int) pixels;
    return whole == 0 ? image : Sampler.warp(image, Projective.shift(0, -whole));
  }
}
