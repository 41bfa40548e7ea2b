package dev.finetune.image;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.random.RandomGenerator;

/**
 * A random change of the geometry in one interpolation: {@link Augmentations#warp}.
 *
 * @param degrees the largest rotation
 * @param shift the largest shift
 * @param zoom the largest zoom
 * @param shear the largest shear of each axis, in degrees
 * @param distortion the largest move of a corner, in halves of the width and height
 */
record Warp(double degrees, double shift, double zoom, double shear, double distortion)
    implements Augmentation {

  /** Corners that move further could make a shape that is not convex. */
  private static final double MOST_DISTORTION = 0.6;

  Warp {
    checkArgument(degrees >= 0 && degrees <= 180, "degrees must be in [0, 180], got %s", degrees);
    checkArgument(shift >= 0 && shift < 1, "shift must be in [0, 1), got %s", shift);
    checkArgument(zoom >= 0 && zoom < 1, "zoom must be in [0, 1), got %s", zoom);
    checkArgument(shear >= 0 && shear <= 40, "shear must be in [0, 40] degrees, got %s", shear);
    checkArgument(
        distortion >= 0 && distortion <= MOST_DISTORTION,
        "distortion must be in [0, %s], got %s",
        MOST_DISTORTION,
        distortion);
  }

  @Override
  public Pixels apply(Pixels image, RandomGenerator random) {
    Projective forward = perspective(image, random).after(affine(image, random));
    boolean changes = degrees + shift + zoom + shear + distortion > 0;
    return changes ? Sampler.warp(image, forward.inverse()) : image;
  }

  private Projective affine(Pixels image, RandomGenerator random) {
    double angle = Math.toRadians(Draw.symmetric(random, degrees));
    double down = Draw.symmetric(random, shift) * image.height();
    double right = Draw.symmetric(random, shift) * image.width();
    double scale = 1 + Draw.symmetric(random, zoom);
    double slantX = StrictMath.tan(Math.toRadians(Draw.symmetric(random, shear)));
    double slantY = StrictMath.tan(Math.toRadians(Draw.symmetric(random, shear)));
    double cos = scale * StrictMath.cos(angle);
    double sin = scale * StrictMath.sin(angle);
    double x = (image.width() - 1) / 2.0;
    double y = (image.height() - 1) / 2.0;
    return Projective.shift(right, down)
        .after(Projective.about(x, y, cos, -sin, sin, cos))
        .after(Projective.about(x, y, 1, slantX, slantY, 1));
  }

  /** Returns a map that moves each corner of the image towards its centre. */
  private Projective perspective(Pixels image, RandomGenerator random) {
    double[] x = {0, 1, 1, 0};
    double[] y = {0, 0, 1, 1};
    for (int corner = 0; corner < 4; corner++) {
      x[corner] += (0.5 - x[corner]) * distortion * random.nextDouble();
      y[corner] += (0.5 - y[corner]) * distortion * random.nextDouble();
    }
    // The unit square is the area of the pixels, so it begins half a pixel before a centre.
    Projective square = Projective.affine(image.width(), 0, -0.5, 0, image.height(), -0.5);
    return square.after(Projective.ofSquare(x, y)).after(square.inverse());
  }

  @Override
  public String description() {
    return "warp "
        + degrees
        + " degrees, shift "
        + shift
        + ", zoom "
        + zoom
        + ", shear "
        + shear
        + " degrees, distortion "
        + distortion;
  }
}
