package dev.finetune.image;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.weights.Finite;
import java.util.OptionalInt;

/**
 * A decoded colour image: float32 RGB values from 0 to 255 in three planes, red, green and blue.
 * Values are floats because resizing produces fractions, which the networks were trained with.
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
   * {@return an image backed by the array, which is not copied} Do not write to the array
   * afterwards.
   *
   * @param height the number of rows, at least 1
   * @param width the number of columns, at least 1
   * @param planes 3 * height * width values: the rows of the red plane, then green, then blue
   * @throws IllegalArgumentException if a size is less than 1 or the number of values does not
   *     match
   */
  public static Pixels ofPlanes(int height, int width, float[] planes) {
    checkArgument(
        height > 0 && width > 0 && planes.length == 3 * height * width,
        "An image must have height and width >= 1 and 3 * height * width values, got height %s,"
            + " width %s and %s values",
        height,
        width,
        planes.length);
    return new Pixels(height, width, planes);
  }

  /** {@return the number of rows} */
  public int height() {
    return height;
  }

  /** {@return the number of columns} */
  public int width() {
    return width;
  }

  /**
   * {@return a value of the image, from 0 to 255}
   *
   * @param channel 0 for red, 1 for green, 2 for blue
   * @param row from 0 to height - 1
   * @param column from 0 to width - 1
   */
  public float at(int channel, int row, int column) {
    return planes[(channel * height + row) * width + column];
  }

  /**
   * {@return the index in {@link #planes} of the first value that is NaN or infinite; empty if all
   * are finite}
   */
  public OptionalInt firstNonFinite() {
    return Finite.first(planes);
  }

  /** {@return the backing array in planes (CHW), not a copy; do not write to it} */
  public float[] planes() {
    return planes;
  }
}
