package dev.finetune.examples;

import dev.finetune.image.Augmentation;
import dev.finetune.image.Augmentations;
import dev.finetune.loss.Loss;
import dev.finetune.loss.Losses;
import dev.finetune.train.Adam;
import dev.finetune.train.BatchMix;
import dev.finetune.train.BatchNormStatistics;
import dev.finetune.train.ClassWeights;
import dev.finetune.train.EarlyStopping;
import dev.finetune.train.FeatureCache;
import dev.finetune.train.Keep;
import dev.finetune.train.Optimizer;
import dev.finetune.train.Optimizers;
import dev.finetune.train.ParameterGroups;
import dev.finetune.train.Sampling;
import dev.finetune.train.Schedule;
import dev.finetune.train.Schedules;
import dev.finetune.train.TrainOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a training run. */
final class TrainingOptions {

  private static final int DEFAULT_VARIANTS = 4;

  /** The augmentation with {@code --variants} alone. */
  private static final String SLIGHT = "affine:10:0.1:0.1,brightness:0.3";

  @Option(
      names = "--epochs",
      paramLabel = "N",
      converter = Converters.Count.class,
      description = "The number of passes over the training images (default: 15).")
  private @Nullable Integer epochs;

  @Option(
      names = "--batch",
      paramLabel = "N",
      converter = Converters.Count.class,
      description = "The number of images per batch (default: 32).")
  private @Nullable Integer batch;

  @Option(
      names = "--accumulate",
      paramLabel = "N",
      converter = Converters.Count.class,
      description = "The number of batches per step, whose gradients are added up (default: 1).")
  private @Nullable Integer accumulate;

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
      names = "--parameter-groups",
      paramLabel = "SPEC",
      converter = Converters.GroupsNotation.class,
      description =
          "The learning rates of parameters relative to each other: stages:0.5, so that each stage"
              + " of the backbone has half the learning rate of the next one;"
              + " no-decay-for-biases-and-norms; or both with a comma (default: same).")
  private @Nullable ParameterGroups groups;

  @Option(
      names = "--batch-norm-statistics",
      paramLabel = "SOURCE",
      converter = Converters.StatisticsName.class,
      completionCandidates = Converters.StatisticsNames.class,
      description =
          "How batch normalisation that trains gets its statistics: recomputed over the training"
              + " images, moving or keras, as averages, or kept as pretrained (default:"
              + " recomputed).")
  private @Nullable BatchNormStatistics batchNormStatistics;

  @Option(
      names = "--clip",
      paramLabel = "X",
      converter = Converters.PositiveNumber.class,
      description =
          "The largest norm of all gradients of a step together; larger ones are scaled down"
              + " (default: no limit).")
  private @Nullable Double clip;

  @Option(
      names = "--average",
      paramLabel = "X",
      converter = Converters.Share.class,
      description =
          "Validate and store a moving average of the weights, of which each step keeps this part,"
              + " such as 0.99 (default: the weights themselves).")
  private @Nullable Double average;

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
  private @Nullable ClassWeights classWeights;

  @Option(
      names = "--sampling",
      paramLabel = "shuffled|balanced",
      converter = Converters.SamplingName.class,
      completionCandidates = Converters.SamplingNames.class,
      description =
          "The training images of an epoch: each once, or each class equally often (default:"
              + " shuffled).")
  private @Nullable Sampling sampling;

  @Option(
      names = "--early-stopping",
      paramLabel = "N[,loss]",
      converter = Converters.EarlyStoppingNotation.class,
      description =
          "End the training after N epochs in a row without a better validation accuracy, or with"
              + " ,loss without a lower validation loss (default: train all epochs).")
  private @Nullable EarlyStopping earlyStopping;

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
  private @Nullable Augmentation augment;

  @Option(
      names = "--mix",
      paramLabel = "SPEC",
      converter = Converters.MixNotation.class,
      description =
          "Mix the images of each batch and their classes: mixup:0.2, cutmix:1, or both with a comma"
              + " (default: no mixture).")
  private @Nullable BatchMix mix;

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
   * @param defaults the settings where no option is given
   * @throws WrongCall if options do not fit together
   */
  TrainOptions options(TrainOptions defaults) throws IOException {
    check();
    TrainOptions options = augmented(defaults.seed(seed()));
    options = set(options, TrainOptions::epochs, epochs);
    options = set(options, TrainOptions::batch, batch);
    options = set(options, TrainOptions::accumulate, accumulate);
    options = set(options, TrainOptions::optimizer, optimizer == null ? adam : optimizer);
    options = set(options, TrainOptions::schedule, schedule);
    options = set(options, TrainOptions::groups, groups);
    options = set(options, TrainOptions::batchNormStatistics, batchNormStatistics);
    options = set(options, TrainOptions::clip, clip);
    options = set(options, TrainOptions::average, average);
    options = set(options, TrainOptions::loss, loss);
    options = set(options, TrainOptions::classWeights, classWeights);
    options = set(options, TrainOptions::sampling, sampling);
    options = set(options, TrainOptions::earlyStopping, earlyStopping);
    options = set(options, TrainOptions::mix, mix);
    options = set(options, TrainOptions::keep, keepBest ? Keep.BEST : keep);
    return features == null ? options : options.cache(features.cache());
  }

  /** Returns the settings as {@link #options} does, where no checked exception may be thrown. */
  TrainOptions optionsOrFail(TrainOptions defaults) {
    try {
      return options(defaults);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> TrainOptions set(
      TrainOptions options, BiFunction<TrainOptions, T, TrainOptions> setter, @Nullable T value) {
    return value == null ? options : setter.apply(options, value);
  }

  private TrainOptions augmented(TrainOptions defaults) {
    if (augment == null && variants == null) {
      return defaults;
    }
    Augmentation change =
        augment != null
            ? augment
            : defaults.augmentation().orElseGet(() -> Augmentations.parse(SLIGHT));
    int otherwise = defaults.augmentation().isPresent() ? defaults.variants() : DEFAULT_VARIANTS;
    return defaults.augment(change, Objects.requireNonNullElse(variants, otherwise));
  }

  /** Returns the options that the result depends on. */
  ResolvedOptions resolved(TrainOptions options) {
    ResolvedOptions resolved =
        new ResolvedOptions()
            .add("--epochs", options.epochs())
            .add("--batch", options.batch())
            .add("--optimizer", Optimizers.notation(options.optimizer()))
            .add("--schedule", Schedules.notation(options.schedule()))
            .add("--keep", options.keep().name().toLowerCase(Locale.ROOT))
            .add("--seed", options.seed());
    if (options.accumulate() > 1) {
      resolved.add("--accumulate", options.accumulate());
    }
    if (!options.groups().equals(ParameterGroups.same())) {
      resolved.add("--parameter-groups", ParameterGroups.notation(options.groups()));
    }
    if (options.batchNormStatistics() != BatchNormStatistics.RECOMPUTED) {
      resolved.add(
          "--batch-norm-statistics", options.batchNormStatistics().name().toLowerCase(Locale.ROOT));
    }
    if (Double.isFinite(options.clip())) {
      resolved.add("--clip", options.clip());
    }
    if (options.average() > 0) {
      resolved.add("--average", options.average());
    }
    options.loss().ifPresent(value -> resolved.add("--loss", Losses.notation(value)));
    options.earlyStopping().ifPresent(value -> resolved.add("--early-stopping", value.notation()));
    if (!options.classWeights().equals(ClassWeights.none())) {
      resolved.add("--class-weights", ClassWeights.notation(options.classWeights()));
    }
    if (!options.sampling().equals(Sampling.shuffled())) {
      resolved.add("--sampling", options.sampling().name());
    }
    options.mix().ifPresent(value -> resolved.add("--mix", value.description()));
    options
        .augmentation()
        .ifPresent(
            value ->
                resolved
                    .add("--augment", value.notation().orElseThrow())
                    .add("--variants", options.variants()));
    if (features != null && features.float16) {
      resolved.flag("--float16");
    }
    return resolved;
  }
}
