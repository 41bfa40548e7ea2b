package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;

/** What several kinds of layers check and compute alike. */
final class Checks {

  private Checks() {}

  /** Returns whether a setting is finite in float32, in which engines compute. */
  static boolean finite(double value) {
    return Float.isFinite((float) value);
  }

  /** Returns whether a setting is over zero and finite in float32. */
  static boolean positive(double value) {
    return (float) value > 0 && finite(value);
  }

  /** Returns the only input. */
  static Shape only(String kind, List<Shape> inputs) {
    checkArgument(inputs.size() == 1, "%s takes one input, got %s", kind, inputs);
    return inputs.get(0);
  }

  /** Returns the only input, which is an image. */
  static Shape image(String kind, List<Shape> inputs) {
    Shape in = only(kind, inputs);
    checkArgument(!in.flat(), "%s takes an image, got a vector of %s", kind, in);
    return in;
  }

  /** Returns the shape of one value for each channel. */
  static Shape overall(Shape in, boolean keepDimensions) {
    return keepDimensions ? Shape.image(in.channels(), 1, 1) : Shape.vector(in.channels());
  }
}
