package dev.finetune.dl4j;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import dev.finetune.image.Pixels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Goes through images in batches, so that few are in memory at once. */
final class ImageBatches {

  private static final int SIZE = 32;

  /** What is done with a batch. */
  @FunctionalInterface
  interface Visitor {
    /** Takes a batch whose first image has that index. */
    void visit(int first, List<Pixels> batch);
  }

  private ImageBatches() {}

  static void of(List<Pixels> images, Visitor visitor) {
    requireSome(images.size());
    for (int from = 0; from < images.size(); from += SIZE) {
      visitor.visit(from, images.subList(from, Math.min(from + SIZE, images.size())));
    }
  }

  /**
   * @throws DatasetException one that lists every image that cannot be read or has a value that is
   *     not finite, before the first batch
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
    checkArgument(images > 0, "At least one image is needed, got none");
  }

  private static Pixels load(ImageDataset data, int index) {
    try {
      return data.load(index);
    } catch (IOException e) {
      throw new DatasetException(
          "Every image can be read", List.of(data.name(index) + ": " + e.getMessage()), e);
    }
  }
}
