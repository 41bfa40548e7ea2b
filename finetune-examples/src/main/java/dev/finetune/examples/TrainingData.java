package dev.finetune.examples;

import dev.finetune.TrainedModel;
import dev.finetune.data.ImageSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The images of a training.
 *
 * @param task what the network learns about them
 * @param test the test images; empty if there is no test
 * @param <D> the images with their targets
 * @param <M> the model
 * @param <E> the results on test images
 */
record TrainingData<D extends ImageSource, M extends TrainedModel, E>(
    TrainingTask<D, M, E> task, Part<D> train, Part<D> valid, Optional<Part<D>> test) {

  /**
   * A set of image files.
   *
   * @param images the images, named by their paths below the root
   * @param root the folder that the names are relative to
   */
  record Part<D>(D images, Path root) {}

  /** Returns the number of outputs of the network. */
  int outputs() {
    return task.outputs(train.images()).size();
  }

  /**
   * Checks that there is something to learn.
   *
   * @param argument the option that names the images
   * @param from what it names
   */
  void requireTrainable(String argument, Path from) throws IOException {
    boolean classes = task instanceof ClassesTask;
    int least = classes ? 2 : 1;
    if (outputs() < least || train.images().size() == 0 || valid.images().size() == 0) {
      throw new IOException(
          String.format(
              "%s must have at least %s, and images for training and validation, got %s %s, %s and"
                  + " %s images in %s",
              argument,
              classes ? "2 classes" : "1 of the " + task.name(),
              outputs(),
              task.name(),
              train.images().size(),
              valid.images().size(),
              from));
    }
  }
}
