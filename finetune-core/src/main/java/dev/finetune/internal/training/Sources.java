package dev.finetune.internal.training;

import com.google.common.hash.HashCode;
import dev.finetune.internal.cache.Hashes;
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
   * @param hashes of the contents of the training and the validation images; empty where neither a
   *     folder nor augmentation needs them
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
    if (cache.directory().isEmpty()) {
      return new Sources(StemFeatures.inMemory(stem, train), StemFeatures.inMemory(stem, valid));
    }
    HashCode key =
        Hashes.stem(stem.layers(), stem.weights(), job.input(), stem.how() + cache.precision());
    return new Sources(
        StemFeatures.onDisk(stem, train, cache, key), StemFeatures.onDisk(stem, valid, cache, key));
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
