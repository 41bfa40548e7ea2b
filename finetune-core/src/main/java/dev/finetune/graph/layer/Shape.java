package dev.finetune.graph.layer;

import java.util.List;

/**
 * The shape of one example's activations: an image of {@code channels} x {@code height} x {@code
 * width}, or a flat vector.
 *
 * @param channels channels of an image, or the length of a vector; at least 1
 * @param height rows; 1 for a vector
 * @param width columns; 1 for a vector
 * @param flat whether the shape is a vector; a 1 x 1 image is not a vector
 */
public record Shape(int channels, int height, int width, boolean flat) {

  /**
   * Creates a shape.
   *
   * @param channels at least 1
   * @param height at least 1; 1 for a vector
   * @param width at least 1; 1 for a vector
   * @param flat whether the shape is a vector
   * @throws IllegalArgumentException if a dimension is out of range, or the shape has more than
   *     {@link Integer#MAX_VALUE} values
   */
  public Shape {
    if (channels < 1 || height < 1 || width < 1 || (flat && (height != 1 || width != 1))) {
      throw new IllegalArgumentException(
          "Dimensions of a shape must be >= 1, and height and width of a vector must be 1, got"
              + " channels="
              + channels
              + ", height="
              + height
              + ", width="
              + width
              + ", flat="
              + flat);
    }
    if ((double) channels * height * width > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "A shape must have at most "
              + Integer.MAX_VALUE
              + " values, got "
              + channels
              + "x"
              + height
              + "x"
              + width);
    }
  }

  /**
   * Returns the shape of an image.
   *
   * @param channels at least 1
   * @param height rows, at least 1
   * @param width columns, at least 1
   * @return the shape
   * @throws IllegalArgumentException if a dimension is less than 1, or the shape has more than
   *     {@link Integer#MAX_VALUE} values
   */
  public static Shape image(int channels, int height, int width) {
    return new Shape(channels, height, width, false);
  }

  /**
   * Returns the shape of a vector.
   *
   * @param length at least 1
   * @return the shape
   * @throws IllegalArgumentException if the length is less than 1
   */
  public static Shape vector(int length) {
    return new Shape(length, 1, 1, true);
  }

  /** {@return the number of values per example} */
  public int size() {
    return Math.multiplyExact(channels, Math.multiplyExact(height, width));
  }

  /** {@return the dimensions for JSON: channels, height and width, or the length of a vector} */
  public List<Integer> dimensions() {
    return flat ? List.of(channels) : List.of(channels, height, width);
  }

  /** Returns for example {@code 3x224x224}, or {@code 512} for a vector. */
  @Override
  public String toString() {
    return flat ? String.valueOf(channels) : channels + "x" + height + "x" + width;
  }
}
