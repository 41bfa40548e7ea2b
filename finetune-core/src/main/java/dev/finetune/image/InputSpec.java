package dev.finetune.image;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import dev.finetune.graph.layer.Shape;
import dev.finetune.weights.Finite;

/**
 * The input that a network expects: a three-channel image of a fixed size with preprocessed values.
 *
 * @param height the number of rows, at least 1
 * @param width the number of columns, at least 1
 * @param preprocessing the conversion of pixel values after resizing
 */
public record InputSpec(int height, int width, Preprocessing preprocessing) {

  /**
   * Creates a specification.
   *
   * @param height the number of rows, at least 1
   * @param width the number of columns, at least 1
   * @param preprocessing the conversion of pixel values
   * @throws IllegalArgumentException if height or width is less than 1
   * @throws NullPointerException if {@code preprocessing} is null
   */
  public InputSpec {
    checkArgument(
        height > 0 && width > 0, "height and width must be >= 1, got %s x %s", height, width);
    checkNotNull(preprocessing, "preprocessing must not be null");
  }

  /** {@return the shape of a prepared image: (3, height, width)} */
  public Shape shape() {
    return Shape.image(3, height, width);
  }

  /**
   * {@return the network input for an image: resized, preprocessed, 3 * height * width values in
   * planes (CHW)}
   *
   * @param image an image of any size
   * @throws IllegalArgumentException if the image has a value that is NaN or infinite and that
   *     affects the result
   */
  public float[] prepare(Pixels image) {
    // Checks the result, which is smaller: a bad value that affects no pixel of it is harmless.
    float[] prepared = preprocessing.apply(Bilinear.resize(image, height, width));
    checkArgument(Finite.all(prepared), "An image's values must be finite, got NaN or infinity");
    return prepared;
  }
}
