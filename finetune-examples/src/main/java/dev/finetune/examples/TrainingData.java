package dev.finetune.examples;

import dev.finetune.data.ImageDataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The images of a training. */
record TrainingData(Part train, Part valid, Optional<Part> test) {

  /**
   * A set of image files.
   *
   * @param images the images, named by their paths below the root
   * @param root the folder that the names are relative to
   */
  record Part(ImageDataset images, Path root) {}

  /**
   * Checks that there is something to learn.
   *
   * @param argument the option that names the images
   * @param from what it names
   */
  void requireTrainable(String argument, Path from) throws IOException {
    int classes = train.images().classNames().size();
    if (classes < 2 || train.images().size() == 0 || valid.images().size() == 0) {
      throw new IOException(
          String.format(
              "%s must have at least 2 classes, and images for training and validation, got %s"
                  + " classes, %s and %s images in %s",
              argument, classes, train.images().size(), valid.images().size(), from));
    }
  }
}
