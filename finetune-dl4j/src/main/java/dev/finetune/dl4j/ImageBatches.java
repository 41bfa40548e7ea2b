package dev.finetune.dl4j;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import dev.finetune.image.Pixels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A loop over images in batches, which keeps few of them in memory at once. */
final class ImageBatches {

  private static final int SIZE = 32;

  /** The body of the loop. */
  @FunctionalInterface
  interface Visitor {
    /** Processes a batch; {@code first} is the index of its first image. */
    void visit(int first, List<Pixels> batch);
  }

  private ImageBatches() {}

  /**
   * Visits images.
   *
   * @throws IllegalArgumentException if there is no image
   */
  static void of(List<Pixels> images, Visitor visitor) {
    requireSome(images.size());
    for (int from = 0; from < images.size(); from += SIZE) {
      visitor.visit(from, images.subList(from, Math.min(from + SIZE, images.size())));
    }
  }

  /**
   * Visits the images of a dataset, after {@link ImageDataset#verify}.
   *
   * @throws IllegalArgumentException if there is no image
   * @throws DatasetException if images cannot be read or have values that are not finite; thrown
   *     before the first batch, it lists all of them
   */
  static void of(ImageDataset data, Visitor visitor) {
    requireSome(data.size());
    data.verify();
    for (int from = 0; from < data.size(); from += SIZE) {
      List<Pixels> batch = new ArrayList<>();
      for (int i = from; i < Math.min(from + SIZE, data.size()); i++) {
        batch.add(load(data, i));
      }
      visitor.visit(from, batch);
    }
  }

  private static void requireSome(int images) {
    checkArgument(images > 0, "There must be at least one image, got none");
  }

  private static Pixels load(ImageDataset data, int index) {
    try {
      return data.load(index);
    } catch (IOException e) {
      throw new DatasetException(
          "Every image must be readable", List.of(data.name(index) + ": " + e.getMessage()), e);
    }
  }
}
