package dev.finetune.internal.pipeline;

import dev.finetune.data.ImageDataset;
import dev.finetune.image.InputSpec;
import java.io.IOException;
import java.io.UncheckedIOException;

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

  private float[] prepare(int index) {
    try {
      return input.prepare(data.load(index));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
