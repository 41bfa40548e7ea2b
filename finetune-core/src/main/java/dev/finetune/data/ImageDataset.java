package dev.finetune.data;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkElementIndex;

import dev.finetune.image.Pixels;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Labelled images in a fixed order. Implementations are immutable and safe to read from several
 * threads at once.
 */
public interface ImageDataset {

  /** The classes; a label is an index into this list. */
  List<String> classNames();

  /** The number of images. */
  int size();

  /** The class of an image, from 0 to {@code classNames().size() - 1}. */
  int label(int index);

  /** What to call an image in messages: a file name, say. */
  String name(int index);

  /**
   * Decodes an image at its own size.
   *
   * @throws IOException if it cannot be read; the message says which and why
   */
  Pixels load(int index) throws IOException;

  /**
   * The label as a vector with a one at the class and zeros elsewhere.
   *
   * @throws IndexOutOfBoundsException if the label is no index into the classes
   */
  default float[] oneHot(int index) {
    float[] vector = new float[classNames().size()];
    vector[checkElementIndex(label(index), vector.length, "the label of " + name(index))] = 1;
    return vector;
  }

  /** All labels in order. */
  default int[] labels() {
    return IntStream.range(0, size()).map(this::label).toArray();
  }

  /** The images at these indices, in that order. */
  default ImageDataset select(int... indices) {
    return new Selection(this, indices);
  }

  /** The first {@code count} images after a seeded shuffle, or all if there are fewer. */
  default ImageDataset sample(int count, long seed) {
    checkArgument(count >= 0, "count is at least 0, got %s", count);
    int[] order = Shuffle.permutation(size(), seed);
    return select(Arrays.copyOf(order, Math.min(count, size())));
  }

  /** All images in an order drawn from the seed. */
  default ImageDataset shuffle(long seed) {
    return select(Shuffle.permutation(size(), seed));
  }

  /**
   * Decodes every image once.
   *
   * @throws DatasetException one that lists every image that cannot be read, or has a value that is
   *     not finite
   */
  default void verify() {
    DatasetCheck.verify(this);
  }
}
