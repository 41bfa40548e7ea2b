package dev.finetune.internal.pipeline;

import dev.finetune.data.ImageSource;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Pixels;
import dev.finetune.image.Views;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Prepares images for a network: decodes, augments, resizes and preprocesses them. */
public final class PreparedImages {

  /** A change of a decoded image before it is resized, such as an augmentation. */
  @FunctionalInterface
  public interface Change {
    /**
     * Returns the changed image.
     *
     * @param place the position of the image in the order that was passed to {@link #open}
     * @param image the decoded image
     */
    Pixels apply(int place, Pixels image);
  }

  private final DecodedImages decoded;
  private final ImageSource data;
  private final InputSpec input;

  /**
   * Prepares nothing yet. Images are decoded each time.
   *
   * @param input the size and preprocessing that the network needs
   */
  public PreparedImages(ImageSource data, InputSpec input) {
    this(DecodedImages.unkept(data), input);
  }

  /**
   * Prepares nothing yet.
   *
   * @param input the size and preprocessing that the network needs
   */
  public PreparedImages(DecodedImages decoded, InputSpec input) {
    this.decoded = decoded;
    this.data = decoded.data();
    this.input = input;
  }

  /**
   * Starts to prepare images. An {@link UncheckedIOException} of {@link Prefetcher#next} means that
   * an image cannot be read.
   *
   * @param order the indices of the images in the dataset
   * @param ahead the maximum number of images in memory
   * @param change the change of each image
   * @return the values of the images in this order, each by channel, row and column
   */
  public Prefetcher<float[]> open(int[] order, int ahead, Change change) {
    return new Prefetcher<>(
        order.length,
        ahead,
        place -> {
          try {
            Pixels image = decoded.load(order[place]);
            return prepare(order[place], change.apply(place, image));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /**
   * Resizes and preprocesses a decoded image.
   *
   * @param index the index of the image, for messages
   * @return the values by channel, row and column
   * @throws IllegalArgumentException if a value is NaN or infinite; the message names the image
   */
  public float[] prepare(int index, Pixels image) {
    try {
      return input.prepare(image);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(data.name(index) + ": " + e.getMessage(), e);
    }
  }

  /**
   * Prepares all images in order, each in several views, and passes them to a consumer one by one.
   * An image is decoded once.
   *
   * @param ahead the maximum number of images in memory, with all their views
   * @param consumer receives the values of an image in each view
   */
  public void forEachImage(Views views, int ahead, Consumer<List<float[]>> consumer) {
    try (Prefetcher<List<float[]>> images =
        new Prefetcher<>(data.size(), ahead, index -> prepare(index, views))) {
      while (images.hasNext()) {
        consumer.accept(images.next());
      }
    }
  }

  private List<float[]> prepare(int index, Views views) {
    try {
      Pixels image = decoded.load(index);
      return views.list().stream().map(view -> prepare(index, view.apply(image))).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Prepares all images in order and passes them to a consumer in batches. Each example has one
   * input, the image.
   *
   * @param batchSize the number of examples per batch; the last batch may have fewer
   */
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
