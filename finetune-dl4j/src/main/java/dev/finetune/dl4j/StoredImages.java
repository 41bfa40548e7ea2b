package dev.finetune.dl4j;

import dev.finetune.data.ImageDataset;
import dev.finetune.image.Pixels;
import java.util.List;

/**
 * A dataset of images in memory.
 *
 * @param classNames the class names
 * @param images the images, by index
 * @param truth the label of each image
 */
record StoredImages(List<String> classNames, List<StoredImage> images, List<Integer> truth)
    implements ImageDataset {

  StoredImages {
    classNames = List.copyOf(classNames);
    images = List.copyOf(images);
    truth = List.copyOf(truth);
  }

  static String nameOf(int index) {
    return "image " + index;
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public int label(int index) {
    return truth.get(index);
  }

  @Override
  public String name(int index) {
    return nameOf(index);
  }

  @Override
  public Pixels load(int index) {
    return images.get(index).pixels();
  }
}
