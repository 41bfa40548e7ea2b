package dev.finetune.testing;

import dev.finetune.data.ImageDataset;
import dev.finetune.image.Pixels;
import java.io.IOException;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Images of another dataset, of which a part is changed. */
public record ChangedImages(
    ImageDataset images, List<String> classNames, IntUnaryOperator labelling, Loader loader)
    implements ImageDataset {

  /** Gives the image of an index. */
  @FunctionalInterface
  public interface Loader {
    Pixels load(int index) throws IOException;
  }

  /** The images as they are. */
  public static ChangedImages of(ImageDataset images) {
    return new ChangedImages(images, images.classNames(), images::label, images::load);
  }

  public ChangedImages classNames(String... names) {
    return new ChangedImages(images, List.of(names), labelling, loader);
  }

  public ChangedImages labels(IntUnaryOperator other) {
    return new ChangedImages(images, classNames, other, loader);
  }

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
