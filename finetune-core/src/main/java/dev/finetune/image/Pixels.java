package dev.finetune.image;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.weights.Finite;
import java.util.OptionalInt;

/**
 * A decoded colour image: float32 RGB in planes (all red, all green, all blue), 0 to 255.
 *
 * <p>Floats rather than bytes, because resizing gives values between whole numbers and the networks
 * were trained on those.
 */
public final class Pixels {

  private final int height;
  private final int width;
  private final float[] planes;

  private Pixels(int height, int width, float[] planes) {
    this.height = height;
    this.width = width;
    this.planes = planes;
  }

  /**
   * An image over that array, which is not copied and is given away.
   *
   * @param planes 3 * height * width values: red rows, green rows, blue rows
   */
  public static Pixels ofPlanes(int height, int width, float[] planes) {
    checkArgument(
        height > 0 && width > 0 && planes.length == 3 * height * width,
        "An image of %s x %s has 3 planes of so many values, got %s values",
        height,
        width,
        planes.length);
    return new Pixels(height, width, planes);
  }

  /** Rows. */
  public int height() {
    return height;
  }

  /** Columns. */
  public int width() {
    return width;
  }

  /** The value at a place, 0 to 255; channel 0 is red, 1 green, 2 blue. */
  public float at(int channel, int row, int column) {
    return planes[(channel * height + row) * width + column];
  }

  /** The place in {@link #planes} of the first value that is NaN or infinite, if there is one. */
  public OptionalInt firstNonFinite() {
    return Finite.first(planes);
  }

  /** The values themselves in planes, not a copy; not to be written to. */
  public float[] planes() {
    return planes;
  }
}
