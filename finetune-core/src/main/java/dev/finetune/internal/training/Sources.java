package dev.finetune.internal.training;

import dev.finetune.data.ImageSource;
import dev.finetune.train.FeatureCache;
import dev.finetune.train.TrainOptions;
import java.io.IOException;
import java.util.Optional;

/**
 * The examples of the tail: images, or the features that the frozen stem computes from them.
 *
 * @param train the training examples
 * @param valid the validation examples
 */
record Sources(Examples train, Examples valid) implements AutoCloseable {

  /** Receives the progress of the computation of features. */
  @FunctionalInterface
  interface StemProgress {
    /**
     * Called after each batch.
     *
     * @param done the number of examples computed so far
     * @param total the number of all examples
     */
    void accept(int done, int total);
  }

  /** Returns the images, which are prepared in every epoch. */
  static Sources images(TrainingJob job, RunImages images) {
    TrainOptions options = job.options();
    int ahead = 2 * options.batch();
    return new Sources(
        new StreamedImages(images.train(), job.input(), options.augmentation(), ahead),
        new StreamedImages(images.valid(), job.input(), Optional.empty(), ahead));
  }

  /**
   * Returns the features of the images. Computes those that are not stored, and checks all images.
   *
   * @throws dev.finetune.data.DatasetException if images cannot be read or have values that are not
   *     finite; the exception lists all of them, of both datasets
   */
  static Sources features(TrainingJob job, RunImages images, Stem stem, StemProgress progress)
      throws IOException {
    TrainOptions options = job.options();
    Variants train = trainVariants(options, images);
    Variants valid = validVariants(options, images);
    int total = Math.addExact(train.examples(), valid.examples());
    StemPass pass = new StemPass(stem, job.input(), done -> progress.accept(done, total));
    Examples trained = features(pass, stem, train, options.cache(), job.valid());
    try {
      return new Sources(trained, features(pass, stem, valid, options.cache()));
    } catch (IOException | RuntimeException e) {
      trained.close();
      throw e;
    }
  }

  /** Returns the variants of the training images that a stem computes. */
  static Variants trainVariants(TrainOptions options, RunImages images) {
    return options
        .augmentation()
        .map(augmentation -> Variants.of(images.train(), augmentation, options.variants()))
        .orElseGet(() -> Variants.none(images.train(), stored(options)));
  }

  /** Returns the validation images as a stem computes them. */
  static Variants validVariants(TrainOptions options, RunImages images) {
    return Variants.none(images.valid(), stored(options));
  }

  private static boolean stored(TrainOptions options) {
    return options.cache().directory().isPresent();
  }

  private static Examples features(
      StemPass pass, Stem stem, Variants variants, FeatureCache cache, ImageSource... later)
      throws IOException {
    return cache.directory().isEmpty()
        ? StemFeatures.inMemory(pass, variants, later)
        : StemFeatures.onDisk(pass, stem, variants, cache, later);
  }

  @Override
  public void close() throws IOException {
    try {
      train.close();
    } finally {
      valid.close();
    }
  }
}
