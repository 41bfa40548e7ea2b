package dev.finetune.image;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * A fixed change of the geometry of an image. The image is mirrored, then rotated and magnified
 * about its centre, then shifted, in one bilinear interpolation. It keeps its size, and areas that
 * come into view from outside repeat its border.
 *
 * @param zoom the magnification, from 0.1 to 10: under 1 shows the image smaller
 * @param right the shift to the right as a fraction of the width, over -1 and under 1
 * @param down the shift downwards as a fraction of the height, over -1 and under 1
 * @param degrees the rotation counter-clockwise, from -180 to 180
 * @param mirrored whether left and right are exchanged
 */
public record View(double zoom, double right, double down, double degrees, boolean mirrored) {

  /** The smallest zoom. */
  public static final double LEAST_ZOOM = 0.1;

  /** The largest zoom. */
  public static final double MOST_ZOOM = 10;

  private static final View IDENTITY = new View(1, 0, 0, 0, false);

  /**
   * Creates a view.
   *
   * @param zoom the magnification
   * @param right the shift to the right
   * @param down the shift downwards
   * @param degrees the rotation counter-clockwise
   * @param mirrored whether left and right are exchanged
   * @throws IllegalArgumentException if a value is outside its range
   */
  public View {
    checkArgument(
        zoom >= LEAST_ZOOM && zoom <= MOST_ZOOM,
        "zoom must be in [%s, %s], got %s",
        LEAST_ZOOM,
        MOST_ZOOM,
        zoom);
    checkArgument(
        Math.abs(right) < 1 && Math.abs(down) < 1,
        "right and down must be in (-1, 1), got %s and %s",
        right,
        down);
    checkArgument(Math.abs(degrees) <= 180, "degrees must be in [-180, 180], got %s", degrees);
    // Negative zero would make equal views differ.
    right += 0.0;
    down += 0.0;
    degrees += 0.0;
  }

  /** {@return the view that does not change the image} */
  public static View identity() {
    return IDENTITY;
  }

  /**
   * {@return a copy with another zoom}
   *
   * @param factor the magnification, from 0.1 to 10
   * @throws IllegalArgumentException if the value is outside its range
   */
  public View zoom(double factor) {
    return new View(factor, right, down, degrees, mirrored);
  }

  /**
   * {@return a copy with another shift}
   *
   * @param toRight the shift to the right as a fraction of the width, over -1 and under 1
   * @param downwards the shift downwards as a fraction of the height, over -1 and under 1
   * @throws IllegalArgumentException if a value is outside its range
   */
  public View shift(double toRight, double downwards) {
    return new View(zoom, toRight, downwards, degrees, mirrored);
  }

  /**
   * {@return a copy with another rotation}
   *
   * @param counterClockwise the rotation in degrees, from -180 to 180
   * @throws IllegalArgumentException if the value is outside its range
   */
  public View rotate(double counterClockwise) {
    return new View(zoom, right, down, counterClockwise, mirrored);
  }

  /** {@return a copy in which left and right are exchanged} */
  public View mirror() {
    return new View(zoom, right, down, degrees, !mirrored);
  }

  /**
   * {@return the image as this view shows it; the same instance for the identity}
   *
   * @param image an image of any size; not changed
   */
  public Pixels apply(Pixels image) {
    return equals(IDENTITY) ? image : Sampler.warp(image, source(image));
  }

  /** Returns the map of a position in the view to the position in the image that it shows. */
  private Projective source(Pixels image) {
    double x = (image.width() - 1) / 2.0;
    double y = (image.height() - 1) / 2.0;
    double angle = Math.toRadians(degrees);
    double cos = StrictMath.cos(angle) / zoom;
    double sin = StrictMath.sin(angle) / zoom;
    Projective turned =
        Projective.about(x, y, cos, -sin, sin, cos)
            .after(Projective.shift(-right * image.width(), -down * image.height()));
    return mirrored ? Projective.about(x, y, -1, 0, 0, 1).after(turned) : turned;
  }

  /** {@return the view in the notation of {@link Views#parse}} */
  public String notation() {
    return ViewNotation.of(this);
  }

  @Override
  public String toString() {
    return notation();
  }
}
