package dev.finetune.examples;

import dev.finetune.data.ImageDataset;
import dev.finetune.datasets.Gtsrb;
import dev.finetune.freeze.Freeze;
import dev.finetune.freeze.FreezeStrategy;
import dev.finetune.head.HeadLayers;
import dev.finetune.image.Augmentations;
import dev.finetune.train.Adam;
import dev.finetune.train.FeatureCache;
import dev.finetune.train.Keep;
import dev.finetune.train.TrainOptions;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.ZooBackbone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that gtsrb and gtsrb compare share. */
final class ExperimentOptions {

  private static final String SOURCE =
      "https://www.kaggle.com/datasets/meowmeowmeowmeowmeow/gtsrb-german-traffic-sign";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "gtsrb",
      description = "The folder with Train/, Test/ and Test.csv (default: ${DEFAULT-VALUE}).")
  private Path data;

  @Option(
      names = "--backbone",
      paramLabel = "NAME",
      defaultValue = "vgg16",
      description = "One of those that zoo lists (default: ${DEFAULT-VALUE}).")
  private String backbone;

  @Option(
      names = "--weights",
      paramLabel = "FILE|random",
      description =
          "A file of Keras (.h5, .keras), PyTorch (.pth) or safetensors; without it the published"
              + " ones are downloaded.")
  private @Nullable String weights;

  @ArgGroup private @Nullable FreezeOptions freezing;

  @Option(
      names = "--head",
      paramLabel = "LAYERS",
      description =
          "The head's layers (default: dense:128,dropout:0.6 for VGG16, as published, and"
              + " batchnorm,dense:128,dropout:0.6 for others).")
  private @Nullable String head;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "15",
      description = "Passes over the images (default: ${DEFAULT-VALUE}; published: 101).")
  private int epochs;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "32",
      description = "Images per step (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(names = "--size", paramLabel = "N", description = "Side of the input images.")
  private @Nullable Integer size;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      description = "Adam's (default: 1e-4 for VGG16, as published, and 3e-4 for others).")
  private @Nullable Double learningRate;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Of everything random (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--limit-test",
      paramLabel = "N",
      description = "Test on so many images, drawn by the seed, instead of all.")
  private @Nullable Integer limitTest;

  @Option(
      names = "--keep-best",
      description = "Keep the epoch with the best validation accuracy instead of the last.")
  private boolean keepBest;

  @Mixin private EngineOption engine;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "Keep the outputs of the frozen stem there: a later run on the same images with another"
              + " head, rate or number of epochs starts at once (default: in memory).")
  private @Nullable Path cache;

  @Option(names = "--float16", description = "With --cache: store half precision.")
  private boolean float16;

  @Option(
      names = "--variants",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Train on so many changed copies of each image: turned up to 10 degrees, moved and scaled"
              + " up to 10 %%, brighter or darker up to 30 %% (default: the images as they are).")
  private int variants;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Write model.zip, history.csv and the pictures there.")
  @Nullable Path out;

  /** The backbone with its pretrained weights, or initial ones for {@code --weights random}. */
  ZooBackbone backbone() {
    ZooBackbone chosen = sized();
    if (weights == null) {
      return chosen;
    }
    return weights.equals("random") ? chosen.randomWeights(seed) : chosen.weights(Path.of(weights));
  }

  /** The same backbone with initial values. */
  ZooBackbone untrained() {
    return backbone().randomWeights(seed);
  }

  private ZooBackbone sized() {
    ZooBackbone chosen = Zoo.byName(backbone);
    return size == null ? chosen : chosen.inputSize(size);
  }

  /** What was asked for; otherwise the published choice for VGG16, and nothing for others. */
  FreezeStrategy freezing() {
    if (freezing != null) {
      return freezing.strategy();
    }
    return published() ? Freeze.allBut(8) : Freeze.none();
  }

  /** Whether this is the published experiment's network, whose settings are the defaults then. */
  private boolean published() {
    return backbone.equals("vgg16");
  }

  private String headOrDefault() {
    if (head != null) {
      return head;
    }
    // SqueezeNet's features are not normalised; without it dropout on 128 units learns little.
    return published() ? "dense:128,dropout:0.6" : "batchnorm,dense:128,dropout:0.6";
  }

  private double learningRateOrDefault() {
    if (learningRate != null) {
      return learningRate;
    }
    return published() ? 1e-4 : 3e-4;
  }

  private TrainOptions trainOptions() {
    FeatureCache features = cache == null ? FeatureCache.inMemory() : FeatureCache.at(cache);
    TrainOptions options =
        TrainOptions.defaults()
            .epochs(epochs)
            .batchSize(batch)
            .optimizer(Adam.adam(learningRateOrDefault()))
            .seed(seed)
            .keep(keepBest ? Keep.BEST : Keep.LAST)
            .featureCache(float16 ? features.float16() : features);
    return variants == 0
        ? options
        : options.augment(
            Augmentations.affine(10, 0.1, 0.1).then(Augmentations.brightness(0.3)), variants);
  }

  Experiment experiment() throws IOException {
    if (!Files.isDirectory(data)) {
      throw new IOException(
          data
              + ": no such folder. Unpack the GTSRB benchmark in its Kaggle edition there ("
              + SOURCE
              + "), or name its folder with --data; the command demo needs no data.");
    }
    Gtsrb gtsrb = Gtsrb.read(data, seed);
    ImageDataset test = limitTest == null ? gtsrb.test() : gtsrb.test().sample(limitTest, seed);
    return new Experiment(
        gtsrb.train(),
        gtsrb.valid(),
        test,
        HeadLayers.parse(headOrDefault()),
        trainOptions(),
        engine.options(),
        Gtsrb::signName);
  }
}
