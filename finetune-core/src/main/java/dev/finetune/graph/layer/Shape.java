package dev.finetune.graph.layer;

import java.util.List;

/**
 * The shape of one example's activations: an image of {@code channels} x {@code height} x {@code
 * width}, or a flat vector.
 *
 * @param channels feature maps of an image, or the length of a vector; at least 1
 * @param height rows; 1 for a vector
 * @param width columns; 1 for a vector
 * @param flat whether this is a vector; a 1 x 1 image is not one
 */
public record Shape(int channels, int height, int width, boolean flat) {

  public Shape {
    if (channels < 1 || height < 1 || width < 1 || (flat && (height != 1 || width != 1))) {
      throw new IllegalArgumentException(
          "Every dimension of a shape is at least 1, and a vector has only one; got channels="
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
          "A shape has at most "
              + Integer.MAX_VALUE
              + " values, got "
              + channels
              + "x"
              + height
              + "x"
              + width);
    }
  }

  /** Returns an image shape. */
  public static Shape image(int channels, int height, int width) {
    return new Shape(channels, height, width, false);
  }

  /** Returns a vector shape. */
  public static Shape vector(int length) {
    return new Shape(length, 1, 1, true);
  }

  /** Returns the number of values per example. */
  public int size() {
    return Math.multiplyExact(channels, Math.multiplyExact(height, width));
  }

  /** Returns the dimensions as a list, for JSON: channels, height, width or the one length. */
  public List<Integer> dimensions() {
    return flat ? List.of(channels) : List.of(channels, height, width);
  }

  /**
   * Written by hand, like {@link #hashCode}: loading a model compares shapes, and in a JVM that has
   * just started the first call of a generated record method takes 10 ms.
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof Shape that
        && channels == that.channels
        && height == that.height
        && width == that.width
        && flat == that.flat;
  }

  @Override
  public int hashCode() {
    return ((channels * 31 + height) * 31 + width) * 31 + Boolean.hashCode(flat);
  }

  @Override
  public String toString() {
    return flat ? String.valueOf(channels) : channels + "x" + height + "x" + width;
  }
}
