package dev.finetune.examples;

import dev.finetune.image.Augmentations;
import dev.finetune.loss.Loss;
import dev.finetune.loss.Losses;
import dev.finetune.train.Adam;
import dev.finetune.train.EarlyStopping;
import dev.finetune.train.FeatureCache;
import dev.finetune.train.Keep;
import dev.finetune.train.Optimizer;
import dev.finetune.train.Optimizers;
import dev.finetune.train.Schedule;
import dev.finetune.train.Schedules;
import dev.finetune.train.TrainOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a training run. */
final class TrainingOptions {

  /**
   * The defaults that differ between commands.
   *
   * @param learningRate the learning rate of Adam
   * @param keep the epoch whose weights the model has
   */
  record Defaults(double learningRate, Keep keep) {}

  private static final int DEFAULT_VARIANTS = 4;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "15",
      converter = Converters.Count.class,
      description = "The number of passes over the training images (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "32",
      converter = Converters.Count.class,
      description = "The number of images per step (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--optimizer",
      paramLabel = "SPEC",
      converter = Converters.OptimizerNotation.class,
      description =
          "The optimizer with its learning rate, such as adamw:1e-3,decay=0.05 or"
              + " sgd:0.01,momentum=0.9,nesterov; also adam, lion and lamb (default: adam with the"
              + " default of --learning-rate).")
  private @Nullable Optimizer optimizer;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      converter = Converters.LearningRate.class,
      description =
          "The learning rate of Adam (default: for train 1e-3 where the whole backbone is frozen"
              + " and 1e-4 otherwise; for gtsrb 1e-4 for VGG16, as published, and 3e-4 for"
              + " others).")
  private @Nullable Adam adam;

  @Option(
      names = "--schedule",
      paramLabel = "SPEC",
      converter = Converters.ScheduleNotation.class,
      description =
          "The learning rate over the steps: constant, cosine, onecycle,"
              + " step,factor=0.1,at=0.5/0.75 or polynomial, each optionally with ,warmup=0.1"
              + " (default: constant).")
  private @Nullable Schedule schedule;

  @Option(
      names = "--loss",
      paramLabel = "SPEC",
      converter = Converters.LossNotation.class,
      description =
          "The loss to minimise, such as crossentropy,smoothing=0.1 or focal:2 (default:"
              + " crossentropy for classes, binarycrossentropy for tags, squarederror for values).")
  private @Nullable Loss loss;

  @Option(
      names = "--class-weights",
      paramLabel = "SPEC",
      converter = Converters.ClassWeightNotation.class,
      description =
          "The weights of the classes in the loss: balanced, so that small classes count as much as"
              + " large ones, or weights such as cat=1,dog=2.5 (default: every image counts the"
              + " same).")
  private Converters.@Nullable WeightsOfClasses classWeights;

  @Option(
      names = "--early-stopping",
      paramLabel = "N",
      converter = Converters.Count.class,
      description =
          "End the training after N epochs in a row without a better validation accuracy (default:"
              + " train all epochs).")
  private @Nullable Integer earlyStopping;

  @Mixin private SeedOption seed;

  @Option(
      names = "--keep",
      paramLabel = "best|last",
      converter = Converters.KeepName.class,
      completionCandidates = Converters.KeepNames.class,
      description =
          "The epoch whose weights the model has: the one with the best validation accuracy or the"
              + " last one (default: best for train, last for gtsrb).")
  private @Nullable Keep keep;

  @Option(names = "--keep-best", description = "The same as --keep best.")
  private boolean keepBest;

  @Option(
      names = "--variants",
      paramLabel = "N",
      converter = Converters.Count.class,
      description =
          "The number of random variants of each image that the frozen layers compute; without"
              + " --augment they are rotated by up to 10 degrees, shifted and scaled by up to 10"
              + " %%, brighter or darker by up to 30 %% (default: 4 with --augment, and otherwise"
              + " the images as they are).")
  private @Nullable Integer variants;

  @Option(
      names = "--augment",
      paramLabel = "SPEC",
      converter = Converters.AugmentNotation.class,
      description =
          "Random changes of the training images: signs, photographs, documents, or a list such as"
              + " rotate:15,shift:0.1,grey@0.2 (default: none).")
  private Converters.@Nullable Augment augment;

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
                + " images with another head, learning rate or number of epochs reads them"
                + " (default: keep them in memory).")
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

  /** Returns the number of passes over the training images. */
  int epochs() {
    return epochs;
  }

  /**
   * Checks that the options fit together.
   *
   * @throws WrongCall if they do not
   */
  private void check() {
    if (optimizer != null && adam != null) {
      throw WrongCall.must("come without --optimizer", "both").of("--learning-rate");
    }
    if (keep != null && keepBest) {
      throw WrongCall.must("come without --keep", "both").of("--keep-best");
    }
  }

  /**
   * Returns the settings.
   *
   * @throws WrongCall if options do not fit together
   */
  TrainOptions options(Defaults defaults) throws IOException {
    check();
    TrainOptions options =
        TrainOptions.defaults()
            .epochs(epochs)
            .batch(batch)
            .optimizer(optimizer(defaults))
            .seed(seed())
            .keep(keep(defaults))
            .cache(features == null ? FeatureCache.inMemory() : features.cache());
    options = schedule == null ? options : options.schedule(schedule);
    options = loss == null ? options : options.loss(loss);
    options =
        earlyStopping == null
            ? options
            : options.earlyStopping(EarlyStopping.patience(earlyStopping));
    options = classWeights == null ? options : options.classWeights(classWeights.weights());
    int copies = Objects.requireNonNullElse(variants, DEFAULT_VARIANTS);
    if (augment != null) {
      return options.augment(augment.augmentation(), copies);
    }
    return variants == null
        ? options
        : options.augment(
            Augmentations.affine(10, 0.1, 0.1).then(Augmentations.brightness(0.3)), copies);
  }

  private Optimizer optimizer(Defaults defaults) {
    if (optimizer != null) {
      return optimizer;
    }
    return adam == null ? Adam.adam(defaults.learningRate()) : adam;
  }

  private Keep keep(Defaults defaults) {
    if (keep != null) {
      return keep;
    }
    return keepBest ? Keep.BEST : defaults.keep();
  }

  /** Returns the options that the result depends on. */
  ResolvedOptions resolved(Defaults defaults) {
    ResolvedOptions resolved =
        new ResolvedOptions()
            .add("--epochs", epochs)
            .add("--batch", batch)
            .add("--optimizer", Optimizers.notation(optimizer(defaults)))
            .add("--schedule", schedule == null ? "constant" : Schedules.notation(schedule))
            .add("--keep", keep(defaults).name().toLowerCase(Locale.ROOT))
            .add("--seed", seed());
    if (loss != null) {
      resolved.add("--loss", Losses.notation(loss));
    }
    if (earlyStopping != null) {
      resolved.add("--early-stopping", earlyStopping);
    }
    if (classWeights != null) {
      resolved.add("--class-weights", classWeights.notation());
    }
    if (augment != null) {
      resolved.add("--augment", augment.notation());
    }
    if (variants != null || augment != null) {
      resolved.add("--variants", Objects.requireNonNullElse(variants, DEFAULT_VARIANTS));
    }
    if (features != null && features.float16) {
      resolved.flag("--float16");
    }
    return resolved;
  }
}
