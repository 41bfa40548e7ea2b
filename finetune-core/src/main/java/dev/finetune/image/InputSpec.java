package dev.finetune.image;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import dev.finetune.graph.layer.Shape;
import dev.finetune.weights.Finite;

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
    checkNotNull(preprocessing, "preprocessing is given, got null");
  }

  /** The shape of one prepared image. */
  public Shape shape() {
    return Shape.image(3, height, width);
  }

  /**
   * Resizes and preprocesses: height * width * 3 values in planes (CHW).
   *
   * @throws IllegalArgumentException if the image has a value that is NaN or infinite
   */
  public float[] prepare(Pixels image) {
    // Looked for in the result, which is small: a value that no pixel of it shows does no harm.
    float[] prepared = preprocessing.apply(Bilinear.resize(image, height, width));
    checkArgument(
        Finite.all(prepared), "An image's values are finite, from 0 to 255; got NaN or infinity");
    return prepared;
  }
}
