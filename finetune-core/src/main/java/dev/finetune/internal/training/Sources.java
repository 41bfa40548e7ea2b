package dev.finetune.internal.training;

import com.google.common.hash.HashCode;
import dev.finetune.train.FeatureCache;
import dev.finetune.train.TrainOptions;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Where the tail's examples come from: images, or what the frozen stem makes of them.
 *
 * @param train to learn from
 * @param valid to judge by
 */
record Sources(Examples train, Examples valid) implements AutoCloseable {

  /** The images themselves, decoded in every epoch. */
  static Sources images(TrainingJob job) {
    TrainOptions options = job.options();
    int ahead = 2 * options.batchSize();
    return new Sources(
        new StreamedImages(job.train(), job.input(), options.augmentation(), ahead),
        new StreamedImages(job.valid(), job.input(), Optional.empty(), ahead));
  }

  /**
   * What the stem makes of the images; computes it.
   *
   * @param hashes of the contents of the training and the validation images
   */
  static Sources features(TrainingJob job, Stem stem, List<List<HashCode>> hashes) {
    TrainOptions options = job.options();
    Variants train =
        options.augmentation().isPresent()
            ? new Variants(job.train(), hashes.get(0), options.augmentation(), options.variants())
            : Variants.none(job.train(), hashes.get(0));
    Variants valid = Variants.none(job.valid(), hashes.get(1));
    int total = Math.addExact(train.examples(), valid.examples());
    stem.tell(done -> options.observers().forEach(o -> o.stemProgress(done, total)));
    FeatureCache cache = options.featureCache();
    return cache.directory().isPresent()
        ? new Sources(
            StemFeatures.onDisk(stem, train, cache, job.input()),
            StemFeatures.onDisk(stem, valid, cache, job.input()))
        : new Sources(StemFeatures.inMemory(stem, train), StemFeatures.inMemory(stem, valid));
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
