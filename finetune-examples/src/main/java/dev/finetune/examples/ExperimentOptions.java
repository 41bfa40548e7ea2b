package dev.finetune.examples;

import dev.finetune.FineTune;
import dev.finetune.FineTunedModel;
import dev.finetune.data.ImageDataset;
import dev.finetune.datasets.Gtsrb;
import dev.finetune.engine.Engines;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.examples.TrainingData.Part;
import dev.finetune.freeze.Freeze;
import dev.finetune.freeze.FreezeStrategy;
import dev.finetune.head.HeadLayers;
import dev.finetune.train.Adam;
import dev.finetune.train.Keep;
import dev.finetune.train.TrainOptions;
import dev.finetune.zoo.ZooBackbone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options of gtsrb and gtsrb compare. Defaults are the published settings where the backbone is
 * VGG16.
 */
final class ExperimentOptions {

  private static final String DATA =
      "the directory of the GTSRB benchmark in its Kaggle edition, with Train/, Test/ and Test.csv,"
          + " from https://www.kaggle.com/datasets/meowmeowmeowmeowmeow/gtsrb-german-traffic-sign";

  /** The trainable layers of VGG16 in the published experiment. */
  private static final int PUBLISHED_LAYERS = 8;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "gtsrb",
      description = "The directory with Train/, Test/ and Test.csv (default: ${DEFAULT-VALUE}).")
  private Path data;

  @Option(
      names = "--backbone",
      paramLabel = "BACKBONE",
      defaultValue = "vgg16",
      converter = Converters.Backbone.class,
      completionCandidates = Converters.BackboneNames.class,
      description = "A backbone that zoo lists (default: ${DEFAULT-VALUE}).")
  private ZooBackbone backbone;

  @Mixin private WeightsOptions weights;
  @Mixin private SizeOption size;
  @Mixin private FreezeOptions freezing;

  @Option(
      names = "--head",
      paramLabel = "LAYERS",
      converter = Converters.HeadNotation.class,
      description =
          "The head's layers (default: dense:128,dropout:0.6 for VGG16, as published, and"
              + " batchnorm,dense:128,dropout:0.6 for others).")
  private Converters.@Nullable Head head;

  @Mixin private TrainingOptions training;

  @Option(
      names = "--limit-test",
      paramLabel = "N",
      converter = Converters.Count.class,
      description = "Test on N random images (default: on all).")
  private @Nullable Integer limitTest;

  @Mixin private ComputeOptions compute;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Write model.zip, history.csv and pictures there (default: write nothing).")
  @Nullable Path out;

  /**
   * Reads the data and returns the experiment. All arguments are checked before.
   *
   * @throws WrongCall if arguments do not fit together
   * @throws IOException if data or weights cannot be read, or a path cannot be used
   */
  Experiment experiment() throws IOException {
    ZooBackbone pretrained = weights.of(size.of(backbone), training.seed());
    FineTune frozen = freezing.apply(FineTune.from(pretrained), pretrained.graph(), published());
    TrainOptions options = training.options(defaults());
    freezing.requireEpochs(pretrained.graph(), options.epochs());
    Converters.Head layers = headOrDefault();
    WrongCall.unlessBuilt("--head", () -> frozen.head(layers.layers()).classes(2).plan());
    if (out != null) {
      PathChecks.outputDirectory("--out", out);
    }
    Engines.find(compute.options());
    Gtsrb gtsrb = Gtsrb.read(PathChecks.directory("--data", DATA, data), training.seed());
    data(gtsrb).requireTrainable("--data", data);
    ImageDataset test =
        limitTest == null ? gtsrb.test() : gtsrb.test().sample(limitTest, training.seed());
    return new Experiment(
        pretrained.randomWeights(training.seed()),
        pretrained,
        unfrozen -> freezing.apply(unfrozen, pretrained.graph(), published()),
        gtsrb.train(),
        gtsrb.valid(),
        test,
        layers.layers(),
        options,
        compute.options(),
        Gtsrb::signName);
  }

  /** Returns the images of an experiment with the directories that their names are relative to. */
  TrainingData<ImageDataset, FineTunedModel, Evaluation> data(Experiment experiment) {
    return data(new Gtsrb(experiment.train(), experiment.valid(), experiment.test()));
  }

  private TrainingData<ImageDataset, FineTunedModel, Evaluation> data(Gtsrb gtsrb) {
    Path train = data.resolve("Train");
    Path valid = data.resolve("Valid");
    return new TrainingData<>(
        new ClassesTask(),
        new Part<>(gtsrb.train(), train),
        new Part<>(gtsrb.valid(), Files.isDirectory(valid) ? valid : train),
        Optional.of(new Part<>(gtsrb.test(), data)));
  }

  /** Returns the options that the result depends on, without the path of the images. */
  ResolvedOptions resolved(Experiment experiment) {
    return new ResolvedOptions()
        .add("--backbone", backbone.name())
        .addAll(weights.resolved())
        .add("--size", experiment.pretrained().input().height())
        .addAll(freezing.resolved(() -> FreezeOptions.of(published(), backbone.graph())))
        .add("--head", HeadLayers.notation(experiment.head()))
        .addAll(training.resolved(experiment.options()))
        .addAll(ComputeOptions.resolved(experiment.engine()));
  }

  private TrainOptions defaults() {
    return TrainOptions.defaults()
        .epochs(TrainCommand.EPOCHS)
        .optimizer(Adam.adam(isPublished() ? 1e-4 : 3e-4))
        .keep(Keep.LAST);
  }

  private boolean isPublished() {
    return backbone.name().equals("vgg16");
  }

  private FreezeStrategy published() {
    return isPublished() ? Freeze.allBut(PUBLISHED_LAYERS) : Freeze.none();
  }

  private Converters.Head headOrDefault() {
    if (head != null) {
      return head;
    }
    // SqueezeNet's features are not normalised; without it dropout on 128 units learns little.
    return new Converters.Head(
        HeadLayers.parse(
            isPublished() ? "dense:128,dropout:0.6" : "batchnorm,dense:128,dropout:0.6"));
  }
}
