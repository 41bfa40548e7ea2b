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
            return prepared(change.apply(place, image), order[place]);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private float[] prepared(Pixels image, int index) {
    try {
      return input.prepare(image);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(data.name(index) + ": " + e.getMessage(), e);
    }
  }

  /** All images in order, as examples of one input, so many at a time; the last may be fewer. */
  public void forEachBatch(int batchSize, Consumer<List<float[][]>> consumer) {
    int[] order = IntStream.range(0, data.size()).toArray();
    forEachBatch(order, batchSize, (place, image) -> image, consumer);
  }

  /** The images at these indices, in that order, so many at a time; the last may be fewer. */
  public void forEachBatch(
      int[] order, int batchSize, Change change, Consumer<List<float[][]>> consumer) {
    try (Prefetcher<float[]> images = open(order, 2 * batchSize, change)) {
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
