package dev.finetune.image;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.graph.Shape;

/**
 * How a network wants its images: three colour channels of this size, with this preprocessing.
 *
 * @param height rows, at least 1
 * @param width columns, at least 1
 * @param preprocessing what is done to the values after resizing
 */
public record InputSpec(int height, int width, Preprocessing preprocessing) {

  public InputSpec {
    checkArgument(
        height > 0 && width > 0, "An input is at least 1 x 1, got %s x %s", height, width);
  }

  /** The shape of one prepared image. */
  public Shape shape() {
    return Shape.image(3, height, width);
  }

  /** Resizes and preprocesses: height * width * 3 values in planes (CHW). */
  public float[] prepare(Pixels image) {
    return preprocessing.apply(Bilinear.resize(image, height, width));
  }
}
