package dev.finetune.internal.pipeline;

import dev.finetune.data.DatasetCheck;
import dev.finetune.data.ImageDataset;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Pixels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Decoded, changed, resized and preprocessed images, in any order, ahead of the consumer. */
public final class PreparedImages {

  /** What is done to an image at its own size. */
  @FunctionalInterface
  public interface Change {
    /**
     * Changes it.
     *
     * @param place of the image in the order that was asked for
     */
    Pixels apply(int place, Pixels image);
  }

  private final ImageDataset data;
  private final InputSpec input;

  public PreparedImages(ImageDataset data, InputSpec input) {
    this.data = data;
    this.input = input;
  }

  /** The images at these indices, in that order; at most {@code ahead} of them are in memory. */
  public Prefetcher<float[]> open(int[] order, int ahead, Change change) {
    return new Prefetcher<>(
        order.length,
        ahead,
        place -> {
          try {
            Pixels image = DatasetCheck.load(data, order[place]);
            return prepare(order[place], change.apply(place, image));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /**
   * Resizes and preprocesses an image that is loaded already.
   *
   * @throws IllegalArgumentException if it has a value that is NaN or infinite; the message names
   *     the image
   */
  public float[] prepare(int index, Pixels image) {
    try {
      return input.prepare(image);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(data.name(index) + ": " + e.getMessage(), e);
    }
  }

  /** All images in order, as examples of one input, so many at a time; the last may be fewer. */
  public void forEachBatch(int batchSize, Consumer<List<float[][]>> consumer) {
    int[] order = IntStream.range(0, data.size()).toArray();
    try (Prefetcher<float[]> images = open(order, 2 * batchSize, (place, image) -> image)) {
      while (images.hasNext()) {
        List<float[][]> batch = new ArrayList<>(batchSize);
        while (images.hasNext() && batch.size() < batchSize) {
          batch.add(new float[][] {images.next()});
        }
        consumer.accept(batch);
      }
    }
  }
}
