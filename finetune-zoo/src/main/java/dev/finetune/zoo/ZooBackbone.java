package dev.finetune.zoo;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.ImageClassifier;
import dev.finetune.backbone.Backbone;
import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.LayerGraph;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Preprocessing;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Weights;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Pooling;
import dev.finetune.zoo.architecture.Top;
import dev.finetune.zoo.architecture.WeightSource;
import dev.finetune.zoo.download.DownloadOptions;
import dev.finetune.zoo.download.Downloader;
import dev.finetune.zoo.weights.TensorNames;
import dev.finetune.zoo.weights.WeightReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A backbone of the zoo. Immutable: each method gives a changed copy. Unless told otherwise it
 * downloads published ImageNet weights, once, when they are first needed, and checks their hash.
 *
 * <pre>{@code
 * Zoo.vgg16Imagenet()                                // ImageNet weights, downloaded and verified
 * Zoo.squeezeNetImagenet().weights(Path.of("squeezenet1_1.safetensors"))
 * Zoo.resNet50Imagenet().randomWeights(1).inputSize(64).pooling(Pooling.AVG) // needs no file
 * Zoo.resNet50Imagenet().classifier().classify(image) // one of ImageNet's 1000 classes
 * }</pre>
 */
public final class ZooBackbone implements Backbone {

  private final Architecture architecture;
  private final Form size;
  private final WeightChoice choice;
  private final DownloadOptions downloads;

  /**
   * @param size the images' size and the pooling; its dialect and top are not looked at
   */
  private ZooBackbone(
      Architecture architecture, Form size, WeightChoice choice, DownloadOptions downloads) {
    this.architecture = architecture;
    this.size = size;
    this.choice = choice;
    this.downloads = downloads;
  }

  static ZooBackbone of(Architecture architecture) {
    return new ZooBackbone(
        architecture,
        Form.square(architecture.defaultSize(), architecture.dialects().get(0), Top.NONE),
        new WeightChoice.Published(),
        DownloadOptions.fromEnvironment());
  }

  /**
   * Returns a copy with the weights of a file: Keras HDF5 or {@code .keras}, or safetensors or
   * PyTorch's {@code .pth} with the names of torchvision or timm. With the weights come the
   * preprocessing and the definition of the network that they were trained with. A {@code
   * config.json} beside the file, as timm writes it and model hubs have it, says the preprocessing;
   * without one it is what the definition's usual weights want.
   *
   * @throws UncheckedIOException if there is no such file, or it is none of these, or nothing in it
   *     tells which of Keras' definitions of the network it is for
   */
  public ZooBackbone weights(Path file) {
    try {
      Dialect dialect = WeightReader.dialect(file, architecture);
      return with(file, dialect, WeightReader.preprocessing(file, architecture, dialect));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns a copy with the weights of a file, as {@link #weights(Path)}, that were trained with
   * that preprocessing.
   *
   * @throws UncheckedIOException as {@link #weights(Path)}
   */
  public ZooBackbone weights(Path file, Preprocessing preprocessing) {
    try {
      return with(file, WeightReader.dialect(file, architecture), preprocessing);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns a copy with the weights of a file, as {@link #weights(Path)}, for that definition of
   * the network: for a file that does not tell it.
   *
   * @throws IllegalArgumentException if the network is not defined there
   * @throws UncheckedIOException if a {@code config.json} beside the file cannot be understood
   */
  public ZooBackbone weights(Path file, Dialect dialect) {
    try {
      return with(file, dialect, WeightReader.preprocessing(file, architecture, dialect));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns a copy with the weights of a file, as {@link #weights(Path)}, whose tensors have names
   * of their own.
   *
   * @param dialect the definition that they fit; not one of Keras'
   * @param names what the file's tensors are called in that definition
   * @throws IllegalArgumentException if the network is not defined there, or Keras defines it
   * @throws UncheckedIOException if a {@code config.json} beside the file cannot be understood
   */
  public ZooBackbone weights(Path file, Dialect dialect, TensorNames names) {
    checkArgument(
        !dialect.keras(),
        "Tensors are renamed in files of PyTorch's world, so the dialect must be TORCHVISION or"
            + " TIMM, got %s",
        dialect);
    try {
      return with(file, dialect, names, WeightReader.preprocessing(file, architecture, dialect));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ZooBackbone with(Path file, Dialect dialect, Preprocessing preprocessing) {
    return with(file, dialect, TensorNames.UNCHANGED, preprocessing);
  }

  private ZooBackbone with(
      Path file, Dialect dialect, TensorNames names, Preprocessing preprocessing) {
    return new ZooBackbone(
        architecture, size, new WeightChoice.Local(file, dialect, names, preprocessing), downloads);
  }

  /** Returns a copy with initial values as Keras draws them, for training from scratch. */
  public ZooBackbone randomWeights(long seed) {
    return new ZooBackbone(architecture, size, new WeightChoice.Random(seed), downloads);
  }

  /**
   * Returns a copy for square images of that side.
   *
   * @throws IllegalArgumentException if the network's windows do not fit into so small an image
   */
  public ZooBackbone inputSize(int side) {
    return inputSize(side, side);
  }

  /**
   * Returns a copy for images of that size.
   *
   * @throws IllegalArgumentException if the network's windows do not fit into so small an image
   */
  public ZooBackbone inputSize(int height, int width) {
    ZooBackbone copy =
        new ZooBackbone(architecture, size.withSize(height, width), choice, downloads);
    copy.graph();
    return copy;
  }

  /** Returns a copy that ends in that pooling; without it a backbone ends in feature maps. */
  public ZooBackbone pooling(Pooling pooling) {
    return new ZooBackbone(architecture, size.with(pooling), choice, downloads);
  }

  /** Returns a copy that gets its weights in that way. */
  public ZooBackbone downloads(DownloadOptions options) {
    return new ZooBackbone(architecture, size, choice, options);
  }

  @Override
  public String name() {
    return architecture.name();
  }

  /** What it is made of. */
  public Architecture architecture() {
    return architecture;
  }

  @Override
  public InputSpec input() {
    return input(Top.NONE);
  }

  private InputSpec input(Top top) {
    Preprocessing preprocessing =
        choice instanceof WeightChoice.Local local
            ? local.preprocessing()
            : architecture.preprocessing(form(top).dialect());
    return new InputSpec(size.height(), size.width(), preprocessing);
  }

  @Override
  public LayerGraph graph() {
    return graph(Top.NONE);
  }

  /** The layers with the ImageNet classifier. */
  public LayerGraph graphWithTop() {
    return graph(Top.SOFTMAX);
  }

  private LayerGraph graph(Top top) {
    return architecture.define(form(top)).graph();
  }

  @Override
  public Weights weights() {
    return weightsOf(Top.NONE);
  }

  /** The weights with those of the ImageNet classifier. */
  public Weights weightsWithTop() {
    return weightsOf(Top.LOGITS);
  }

  /** The ImageNet classifier itself, with the English names of its 1000 classes. */
  public ImageClassifier classifier() {
    return classifier(EngineOptions.defaults());
  }

  /**
   * Returns the ImageNet classifier itself, with the English names of its 1000 classes.
   *
   * @param engine how it is computed
   */
  public ImageClassifier classifier(EngineOptions engine) {
    return classifier(ImageNetClasses.names(), engine);
  }

  /**
   * The ImageNet classifier itself.
   *
   * @param classNames the 1000 classes in order
   */
  public ImageClassifier classifier(List<String> classNames) {
    return classifier(classNames, EngineOptions.defaults());
  }

  /**
   * Returns the ImageNet classifier itself.
   *
   * @param classNames the 1000 classes in order
   * @param engine how it is computed
   */
  public ImageClassifier classifier(List<String> classNames, EngineOptions engine) {
    return ImageClassifier.of(
        input(Top.LOGITS), classNames, graph(Top.LOGITS), weightsOf(Top.LOGITS), engine);
  }

  @Override
  public String weightsOrigin() {
    if (choice instanceof WeightChoice.Random random) {
      return "random, seed " + random.seed();
    } else if (choice instanceof WeightChoice.Local local) {
      return local.file().getFileName() + ", sha256 " + FileHash.sha256(local.file());
    }
    return published(Top.NONE)
        .map(WeightSource::file)
        .map(file -> file.name() + ", " + file.algorithm() + " " + file.hash())
        .orElse("none");
  }

  private Form form(Top top) {
    Dialect dialect = architecture.dialects().get(0);
    if (choice instanceof WeightChoice.Local local) {
      dialect = local.dialect();
    } else if (choice instanceof WeightChoice.Published) {
      dialect = published(top).map(WeightSource::dialect).orElse(dialect);
    }
    return size.with(dialect).with(top);
  }

  private Weights weightsOf(Top top) {
    if (choice instanceof WeightChoice.Random random) {
      return RandomWeights.glorot(graph(top), random.seed());
    }
    try {
      if (choice instanceof WeightChoice.Local local) {
        return WeightReader.read(local.file(), architecture, form(top), local.names());
      }
      return WeightReader.read(
          download(published(top)), architecture, form(top), TensorNames.UNCHANGED);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first source of what is wanted: one without classifier where none is, or else with it. */
  private Optional<WeightSource> published(Top top) {
    return architecture.sources().stream()
        .filter(source -> source.withTop() || top == Top.NONE)
        .min(Comparator.comparing(source -> top == Top.NONE && source.withTop()));
  }

  private Path download(Optional<WeightSource> source) throws IOException {
    WeightSource found =
        source.orElseThrow(
            () ->
                new IOException(
                    "There is no source of "
                        + name()
                        + "'s weights whose hash is known, so nothing is downloaded; name a file"
                        + " with weights(path)"));
    return new Downloader(downloads).fetch(found.file());
  }
}
