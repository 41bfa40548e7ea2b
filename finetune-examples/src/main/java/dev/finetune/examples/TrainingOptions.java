package dev.finetune.examples;

import dev.finetune.image.Augmentations;
import dev.finetune.train.Adam;
import dev.finetune.train.FeatureCache;
import dev.finetune.train.Keep;
import dev.finetune.train.TrainOptions;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a training run. */
final class TrainingOptions {

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "15",
      converter = Converters.Count.class,
      description =
          "The number of passes over the training images (default: ${DEFAULT-VALUE}; published:"
              + " 101).")
  private int epochs;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "32",
      converter = Converters.Count.class,
      description = "The number of images per step (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      converter = Converters.LearningRate.class,
      description =
          "The learning rate of Adam (default: 1e-4 for VGG16, as published, and 3e-4 for others).")
  private @Nullable Adam optimizer;

  @Mixin private SeedOption seed;

  @Option(
      names = "--keep-best",
      description =
          "Keep the epoch with the best validation accuracy (default: keep the last epoch).")
  private boolean keepBest;

  @Option(
      names = "--variants",
      paramLabel = "N",
      converter = Converters.Count.class,
      description =
          "Train on N random variants of each image: rotated by up to 10 degrees, shifted and scaled"
              + " by up to 10 %%, brighter or darker by up to 30 %% (default: the images as they"
              + " are).")
  private @Nullable Integer variants;

  @ArgGroup(exclusive = false)
  private @Nullable FeatureCacheOptions features;

  /** Features on disk. */
  static final class FeatureCacheOptions {

    private static final String NAME = "--cache";

    @Option(
        names = NAME,
        required = true,
        paramLabel = "DIR",
        description =
            "Store the outputs of the frozen layers in this directory. A later run on the same"
                + " images with another head, learning rate or number of epochs reads them (default:"
                + " keep them in memory).")
    private Path directory;

    @Option(names = "--float16", description = "Store these outputs in half precision.")
    private boolean float16;

    FeatureCache cache() throws IOException {
      FeatureCache cache = FeatureCache.at(PathChecks.outputDirectory(NAME, directory));
      return float16 ? cache.float16() : cache;
    }
  }

  /** Returns the seed of all random numbers. */
  long seed() {
    return seed.value;
  }

  /**
   * Returns the settings.
   *
   * @param defaultRate the learning rate if none is given
   */
  TrainOptions options(double defaultRate) throws IOException {
    TrainOptions options =
        TrainOptions.defaults()
            .epochs(epochs)
            .batch(batch)
            .optimizer(optimizer == null ? Adam.adam(defaultRate) : optimizer)
            .seed(seed())
            .keep(keepBest ? Keep.BEST : Keep.LAST)
            .cache(features == null ? FeatureCache.inMemory() : features.cache());
    return variants == null
        ? options
        : options.augment(
            Augmentations.affine(10, 0.1, 0.1).then(Augmentations.brightness(0.3)), variants);
  }
}
