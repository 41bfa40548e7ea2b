package dev.finetune.testing;

import dev.finetune.data.ImageDataset;
import dev.finetune.image.Pixels;
import java.io.IOException;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * A dataset with the images of another one and different class names, labels or contents.
 *
 * @param images the other dataset
 * @param classNames the names of the classes
 * @param labelling returns the label of the image at an index
 * @param loader returns the image at an index
 */
public record ChangedImages(
    ImageDataset images, List<String> classNames, IntUnaryOperator labelling, Loader loader)
    implements ImageDataset {

  /** Loads images. */
  @FunctionalInterface
  public interface Loader {
    /** Returns the image at an index. */
    Pixels load(int index) throws IOException;
  }

  /** Returns the dataset without changes. */
  public static ChangedImages of(ImageDataset images) {
    return new ChangedImages(images, images.classNames(), images::label, images::load);
  }

  /** Returns a copy with other class names. */
  public ChangedImages classNames(String... names) {
    return new ChangedImages(images, List.of(names), labelling, loader);
  }

  /** Returns a copy with other labels. */
  public ChangedImages labels(IntUnaryOperator other) {
    return new ChangedImages(images, classNames, other, loader);
  }

  /** Returns a copy with other images. */
  public ChangedImages loader(Loader other) {
    return new ChangedImages(images, classNames, labelling, other);
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public int label(int index) {
    return labelling.applyAsInt(index);
  }

  @Override
  public String name(int index) {
    return images.name(index);
  }

  @Override
  public Pixels load(int index) throws IOException {
    return loader.load(index);
  }
}
