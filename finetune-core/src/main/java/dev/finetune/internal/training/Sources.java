package dev.finetune.internal.training;

import com.google.common.hash.HashCode;
import dev.finetune.graph.LayerGraph;
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

  /**
   * Computes the stem, if there is one.
   *
   * @param hashes of the contents of the training and the validation images
   */
  static Sources of(TrainingJob job, Cut cut, List<List<HashCode>> hashes) {
    return cut.stem().isPresent()
        ? features(job, cut.stem().get(), hashes)
        : images(job, job.options());
  }

  private static Sources images(TrainingJob job, TrainOptions options) {
    int ahead = 2 * options.batchSize();
    return new Sources(
        new StreamedImages(job.train(), job.input(), options.augmentation(), ahead),
        new StreamedImages(job.valid(), job.input(), Optional.empty(), ahead));
  }

  private static Sources features(TrainingJob job, LayerGraph layers, List<List<HashCode>> hashes) {
    TrainOptions options = job.options();
    Variants train =
        options.augmentation().isPresent()
            ? new Variants(job.train(), hashes.get(0), options.augmentation(), options.variants())
            : Variants.none(job.train(), hashes.get(0));
    Variants valid = Variants.none(job.valid(), hashes.get(1));
    int total = Math.addExact(train.examples(), valid.examples());
    FeatureCache cache = options.featureCache();
    try (Stem stem =
        new Stem(
            layers,
            job.initial(),
            job.input(),
            job.convolutions(),
            done -> options.observers().forEach(o -> o.stemProgress(done, total)))) {
      return cache.directory().isPresent()
          ? new Sources(
              StemFeatures.onDisk(stem, train, cache, job.input()),
              StemFeatures.onDisk(stem, valid, cache, job.input()))
          : new Sources(StemFeatures.inMemory(stem, train), StemFeatures.inMemory(stem, valid));
    }
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
