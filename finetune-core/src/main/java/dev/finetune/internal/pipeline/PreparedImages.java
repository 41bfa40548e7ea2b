package dev.finetune.internal.pipeline;

import dev.finetune.data.ImageDataset;
import dev.finetune.image.InputSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Decoded, resized and preprocessed images of a dataset, in any order, ahead of the consumer. */
public final class PreparedImages {

  private final ImageDataset data;
  private final InputSpec input;

  public PreparedImages(ImageDataset data, InputSpec input) {
    this.data = data;
    this.input = input;
  }

  /** The images at these indices, in that order; at most {@code ahead} of them are in memory. */
  public Prefetcher<float[]> open(int[] order, int ahead) {
    return new Prefetcher<>(order.length, ahead, i -> prepare(order[i]));
  }

  /** All images in order, as examples of one input, so many at a time; the last may be fewer. */
  public void forEachBatch(int batchSize, Consumer<List<float[][]>> consumer) {
    int[] order = IntStream.range(0, data.size()).toArray();
    try (Prefetcher<float[]> images = open(order, 2 * batchSize)) {
      while (images.hasNext()) {
        List<float[][]> batch = new ArrayList<>(batchSize);
        while (images.hasNext() && batch.size() < batchSize) {
          batch.add(new float[][] {images.next()});
        }
        consumer.accept(batch);
      }
    }
  }

  private float[] prepare(int index) {
    try {
      return input.prepare(data.load(index));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
