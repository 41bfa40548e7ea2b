package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;

/** Checks that several kinds of layers share. */
final class Checks {

  private Checks() {}

  /** Returns whether a setting is finite as a float, the type in which engines compute. */
  static boolean finite(double value) {
    return Float.isFinite((float) value);
  }

  /** Returns whether a setting is more than zero and finite as a float. */
  static boolean positive(double value) {
    return (float) value > 0 && finite(value);
  }

  /**
   * Returns the only input.
   *
   * @throws IllegalArgumentException if there is not exactly one input
   */
  static Shape only(String kind, List<Shape> inputs) {
    checkArgument(inputs.size() == 1, "%s must have 1 input, got %s", kind, inputs);
    return inputs.get(0);
  }

  /**
   * Returns the only input, an image.
   *
   * @throws IllegalArgumentException if there is not exactly one input, or it is a vector
   */
  static Shape image(String kind, List<Shape> inputs) {
    Shape in = only(kind, inputs);
    checkArgument(!in.flat(), "The input of %s must be an image, got a vector of %s", kind, in);
    return in;
  }

  /** Returns the shape of one value per channel: a 1 x 1 image, or a vector. */
  static Shape overall(Shape in, boolean keepDimensions) {
    return keepDimensions ? Shape.image(in.channels(), 1, 1) : Shape.vector(in.channels());
  }

  /**
   * Returns a size as an int.
   *
   * @throws IllegalArgumentException if it is beyond one; the message begins with {@code what}
   */
  static int size(String what, long size) {
    checkArgument(
        size <= Integer.MAX_VALUE, "%s must be at most %s, got %s", what, Integer.MAX_VALUE, size);
    return (int) size;
  }
}
