package dev.finetune.zoo;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Verify.verifyNotNull;

import com.google.common.base.Suppliers;
import dev.finetune.ImageClassifier;
import dev.finetune.backbone.Backbone;
import dev.finetune.backbone.SourceHead;
import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.head.HeadLayer;
import dev.finetune.head.HeadLayers;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Preprocessing;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Weights;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.CutArchitecture;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Pooling;
import dev.finetune.zoo.architecture.Top;
import dev.finetune.zoo.architecture.WeightSource;
import dev.finetune.zoo.download.DownloadOptions;
import dev.finetune.zoo.download.Downloader;
import dev.finetune.zoo.weights.Prefix;
import dev.finetune.zoo.weights.TensorNames;
import dev.finetune.zoo.weights.WeightReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A backbone of the zoo. Immutable: each method returns a modified copy. By default the published
 * ImageNet weights are used; they are downloaded and verified by their hash when they are first
 * needed, and kept in the cache directory.
 *
 * <pre>{@code
 * Zoo.vgg16Imagenet()                                // ImageNet weights, downloaded and verified
 * Zoo.squeezeNetImagenet().weights(Path.of("squeezenet1_1.safetensors"))
 * Zoo.resNet50Imagenet().randomWeights(1).inputSize(64).pooling(Pooling.AVG) // needs no file
 * Zoo.resNet50Imagenet().classifier().classify(image) // 1000 ImageNet classes
 * }</pre>
 */
public final class ZooBackbone implements Backbone {

  private final Architecture architecture;
  private final Form size;
  private final boolean sized;
  private final WeightChoice choice;
  private final DownloadOptions downloads;

  /** Kept, because a plan asks whether there is one, and the training reads it. */
  private final Supplier<Optional<SourceHead>> sourceHead;

  /**
   * Creates a backbone.
   *
   * @param size the size of the images and the pooling; its dialect and top are ignored
   * @param sized whether the application chose the size
   */
  private ZooBackbone(
      Architecture architecture,
      Form size,
      boolean sized,
      WeightChoice choice,
      DownloadOptions downloads) {
    this.architecture = architecture;
    this.size = size;
    this.sized = sized;
    this.choice = choice;
    this.downloads = downloads;
    this.sourceHead = Suppliers.memoize(this::findSourceHead);
  }

  static ZooBackbone of(Architecture architecture) {
    return new ZooBackbone(
        architecture,
        Form.square(architecture.defaultSize(), architecture.dialects().get(0), Top.NONE),
        false,
        new WeightChoice.Published(),
        DownloadOptions.fromEnvironment());
  }

  /**
   * Returns a copy with the weights of a file: Keras HDF5 or {@code .keras}, or safetensors or
   * PyTorch {@code .pth} with the tensor names of torchvision or timm. The content of the file
   * determines the {@link Dialect}, the definition of the network that the weights fit. The
   * preprocessing is that of the dialect, or, for torchvision and timm, that of a {@code
   * config.json} beside the file, as timm and model hubs write it.
   *
   * <p>A network with several widths takes that of the file, if it is one of the usual ones, unless
   * {@link #width} has chosen another than 1.
   *
   * <p>This method reads the file only as far as needed. The values are read and checked when the
   * weights are first used.
   *
   * @param file the weight file
   * @return the modified copy
   * @throws UncheckedIOException if the file does not exist or has another format, if the network
   *     is not defined for its format, if the file does not show which of Keras' definitions it
   *     fits, or if {@code config.json} cannot be understood
   */
  public ZooBackbone weights(Path file) {
    return weights(file, Prefix.of(""));
  }

  /**
   * Returns a copy with the weights of a part of a file, like {@link #weights(Path)}: of the
   * tensors whose names begin with a prefix, or of a model nested in a Keras model.
   *
   * <pre>{@code
   * Zoo.mobileNetV2Imagenet().weights(file, Prefix.of("first/"))
   * }</pre>
   *
   * @param file the weight file
   * @param prefix the part of the file to read
   * @return the modified copy
   * @throws UncheckedIOException as {@link #weights(Path)} throws it, or if the prefix names no
   *     part of the file
   */
  public ZooBackbone weights(Path file, Prefix prefix) {
    try {
      Dialect dialect = WeightReader.dialect(file, architecture);
      return sized(file, dialect, prefix)
          .with(file, dialect, prefix, WeightReader.preprocessing(file, architecture, dialect));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns a copy with the weights of a file, like {@link #weights(Path)}, and the given
   * preprocessing. A {@code config.json} is not read.
   *
   * @param file the weight file
   * @param preprocessing the preprocessing that the weights were trained with
   * @return the modified copy
   * @throws UncheckedIOException if the file does not exist or has another format, if the network
   *     is not defined for its format, or if the file does not show which of Keras' definitions it
   *     fits
   */
  public ZooBackbone weights(Path file, Preprocessing preprocessing) {
    try {
      Dialect dialect = WeightReader.dialect(file, architecture);
      return sized(file, dialect, Prefix.of("")).with(file, dialect, Prefix.of(""), preprocessing);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns a copy with the weights of a file, like {@link #weights(Path)}, for a file that does
   * not show its dialect. The file is read when the weights are first used.
   *
   * @param file the weight file
   * @param dialect the definition of the network that the weights fit
   * @return the modified copy
   * @throws IllegalArgumentException if the network has no definition in that dialect
   * @throws UncheckedIOException if a {@code config.json} beside the file cannot be understood
   */
  public ZooBackbone weights(Path file, Dialect dialect) {
    try {
      return sized(file, dialect, Prefix.of(""))
          .with(
              file,
              dialect,
              Prefix.of(""),
              WeightReader.preprocessing(file, architecture, dialect));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns a copy with the weights of a safetensors or PyTorch file, like {@link #weights(Path,
   * Dialect)}, for a file with other tensor names than those of the dialect.
   *
   * @param file the weight file
   * @param dialect the definition of the network that the weights fit, {@code TORCHVISION} or
   *     {@code TIMM}
   * @param names maps the file's tensor names to those of the dialect
   * @return the modified copy
   * @throws IllegalArgumentException if {@code dialect} is one of Keras' definitions, or the
   *     network has no definition in it
   * @throws UncheckedIOException if a {@code config.json} beside the file cannot be understood
   */
  public ZooBackbone weights(Path file, Dialect dialect, TensorNames names) {
    checkArgument(
        !dialect.keras(),
        "dialect must be TORCHVISION or TIMM if tensors are renamed, got %s",
        dialect);
    try {
      return with(
          new WeightChoice.Local(
              file,
              dialect,
              names,
              Prefix.of(""),
              WeightReader.preprocessing(file, architecture, dialect)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a copy with the width of a file. */
  private ZooBackbone sized(Path file, Dialect dialect, Prefix prefix) throws IOException {
    return architecture.width() == 1
        ? with(WeightReader.sized(file, architecture, dialect, prefix))
        : this;
  }

  private ZooBackbone with(Path file, Dialect dialect, Prefix prefix, Preprocessing preprocessing) {
    return with(
        new WeightChoice.Local(file, dialect, TensorNames.UNCHANGED, prefix, preprocessing));
  }

  private ZooBackbone with(WeightChoice other) {
    return new ZooBackbone(architecture, size, sized, other, downloads);
  }

  private ZooBackbone with(Architecture other) {
    return new ZooBackbone(other, size, sized, choice, downloads);
  }

  /**
   * Returns a copy with random initial values, for training from scratch: Glorot uniform kernels
   * and zero biases, as Keras initialises its layers.
   *
   * @param seed the seed of the values; the same seed gives the same values
   * @return the modified copy
   */
  public ZooBackbone randomWeights(long seed) {
    return with(new WeightChoice.Random(seed));
  }

  /**
   * Returns a copy with another width: the numbers of channels are multiplied by it, as by {@code
   * alpha} in Keras and {@code width_mult} in torchvision. MobileNet and MobileNetV2 have widths.
   * Published weights can be downloaded for a width of 1 only.
   *
   * <pre>{@code
   * Zoo.mobileNetV2Imagenet().width(0.35).weights(file)
   * }</pre>
   *
   * @param width the factor of the numbers of channels
   * @return the modified copy
   * @throws IllegalArgumentException if the network has only one width, or {@code width} is outside
   *     its range
   */
  public ZooBackbone width(double width) {
    return with(architecture.withWidth(width));
  }

  /**
   * Returns a copy that ends in an inner layer: the layers that this one needs, and their weights.
   * The file may have all layers, or be of a network that was cut there. There is no classifier and
   * no {@link #sourceHead}.
   *
   * <pre>{@code
   * Zoo.mobileNetV2Imagenet().upTo("block_13_expand_relu")
   * }</pre>
   *
   * @param layer the name of a layer of {@link #graph()}
   * @return the modified copy
   * @throws IllegalArgumentException if no layer has that name; the message lists the nearest names
   */
  public ZooBackbone upTo(String layer) {
    ZooBackbone copy = with(new CutArchitecture(architecture, layer));
    copy.graph();
    return copy;
  }

  /**
   * Returns a copy for square images.
   *
   * @param side the height and width of the network's input in pixels
   * @return the modified copy
   * @throws IllegalArgumentException if the images are too small for the network
   */
  public ZooBackbone inputSize(int side) {
    return inputSize(side, side);
  }

  /**
   * Returns a copy for images of the given size.
   *
   * @param height the height of the network's input in pixels
   * @param width the width of the network's input in pixels
   * @return the modified copy
   * @throws IllegalArgumentException if the images are too small for the network
   */
  public ZooBackbone inputSize(int height, int width) {
    return inputSize(height, width, true);
  }

  private ZooBackbone inputSize(int height, int width, boolean chosen) {
    ZooBackbone copy =
        new ZooBackbone(architecture, size.withSize(height, width), chosen, choice, downloads);
    copy.graph();
    return copy;
  }

  /**
   * {@return this backbone for square images with another side; empty if {@link #inputSize(int)}
   * has set the size}
   *
   * @param side the height and width of the images in pixels
   * @throws IllegalArgumentException if the images are too small for the network
   */
  @Override
  public Optional<Backbone> withSide(int side) {
    return sized ? Optional.empty() : Optional.of(inputSize(side, side, false));
  }

  @Override
  public LayerGraph graphAt(int side) {
    // The architecture knows more than the layers: Keras pads odd sizes in another way.
    return inputSize(side, side, sized).graph();
  }

  /**
   * Returns a copy that ends in the given pooling. By default a backbone ends in feature maps.
   *
   * @param pooling the pooling behind the last feature maps
   * @return the modified copy
   */
  public ZooBackbone pooling(Pooling pooling) {
    return new ZooBackbone(architecture, size.with(pooling), sized, choice, downloads);
  }

  /**
   * Returns a copy with other download settings. By default they are those of {@link
   * DownloadOptions#fromEnvironment}.
   *
   * @param options the download settings
   * @return the modified copy
   */
  public ZooBackbone downloads(DownloadOptions options) {
    return new ZooBackbone(architecture, size, sized, choice, options);
  }

  @Override
  public String name() {
    return architecture.name();
  }

  /** {@return the architecture of this backbone} */
  public Architecture architecture() {
    return architecture;
  }

  @Override
  public InputSpec input() {
    return input(Top.NONE);
  }

  @Override
  public List<HeadLayer> usualHead() {
    return architecture.pooled() && size.pooling() == Pooling.NONE
        ? List.of(HeadLayers.globalAveragePooling())
        : List.of();
  }

  /**
   * {@return the last layer of the ImageNet classifier; empty if it does not read the averages of
   * the last feature maps directly, as in VGG and SqueezeNet, if weights are random or their file
   * does not contain the layer with its 1000 classes, or if this backbone ends in maximum pooling
   * or in an inner layer} Reads a local file to find out. A published file is downloaded when the
   * values are read.
   *
   * @throws dev.finetune.weights.WeightsException if the file does not fit the network
   * @throws UncheckedIOException if the file cannot be read
   */
  @Override
  public Optional<SourceHead> sourceHead() {
    return sourceHead.get();
  }

  private Optional<SourceHead> findSourceHead() {
    if (architecture instanceof CutArchitecture) {
      return Optional.empty();
    }
    Form form = form(Top.NONE).with(Top.LOGITS);
    Optional<Node> layer =
        size.pooling() == Pooling.MAX ? Optional.empty() : SourceLayers.of(architecture, form);
    if (layer.isEmpty() || choice instanceof WeightChoice.Random) {
      return Optional.empty();
    } else if (choice instanceof WeightChoice.Local local) {
      return classifier(local, form).map(read -> sourceHead(layer.get(), () -> read));
    }
    // Weights of another dialect are from another training.
    return published(Top.LOGITS)
        .filter(source -> source.dialect() == form.dialect())
        .map(source -> sourceHead(layer.get(), Suppliers.memoize(() -> downloaded(source, form))));
  }

  private static SourceHead sourceHead(Node layer, Supplier<SourceHead.Layer> values) {
    int classes = layer.output().channels();
    int features = layer.parameters().get(0).shape().get(0);
    List<String> names = ImageNetClasses.names();
    return new SourceHead(features, classes, names.size() == classes ? names : List.of(), values);
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

  /** {@return the layers including the ImageNet classifier, which ends in softmax} */
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

  /**
   * Reads the weights including those of the ImageNet classifier. May download a file.
   *
   * @return the weights of {@link #graphWithTop}
   * @throws dev.finetune.weights.WeightsException if the file does not fit the network
   * @throws UncheckedIOException if the file cannot be downloaded or read; its cause is a {@link
   *     dev.finetune.zoo.download.DownloadException} if the download failed
   */
  public Weights weightsWithTop() {
    return weightsOf(Top.LOGITS);
  }

  /**
   * Creates the ImageNet classifier, with the English names of its 1000 classes. May download a
   * file.
   *
   * @return the classifier
   * @throws dev.finetune.weights.WeightsException if the file does not fit the network
   * @throws UncheckedIOException if the file cannot be downloaded or read
   */
  public ImageClassifier classifier() {
    return classifier(EngineOptions.defaults());
  }

  /**
   * Creates the ImageNet classifier, with the English names of its 1000 classes. May download a
   * file.
   *
   * @param engine the engine settings
   * @return the classifier
   * @throws dev.finetune.weights.WeightsException if the file does not fit the network
   * @throws UncheckedIOException if the file cannot be downloaded or read
   */
  public ImageClassifier classifier(EngineOptions engine) {
    return classifier(ImageNetClasses.names(), engine);
  }

  /**
   * Creates the ImageNet classifier. May download a file.
   *
   * @param classNames the names of the 1000 classes in the order of the outputs, all different
   * @return the classifier
   * @throws IllegalArgumentException if {@code classNames} does not have 1000 names, or a name
   *     occurs twice
   * @throws dev.finetune.weights.WeightsException if the file does not fit the network
   * @throws UncheckedIOException if the file cannot be downloaded or read
   */
  public ImageClassifier classifier(List<String> classNames) {
    return classifier(classNames, EngineOptions.defaults());
  }

  /**
   * Creates the ImageNet classifier. May download a file.
   *
   * @param classNames the names of the 1000 classes in the order of the outputs, all different
   * @param engine the engine settings
   * @return the classifier
   * @throws IllegalArgumentException if {@code classNames} does not have 1000 names, or a name
   *     occurs twice
   * @throws dev.finetune.weights.WeightsException if the file does not fit the network
   * @throws UncheckedIOException if the file cannot be downloaded or read
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
        return WeightReader.read(
            local.file(), architecture, form(top), local.names(), local.prefix());
      }
      return WeightReader.read(
          download(published(top)), architecture, form(top), TensorNames.UNCHANGED);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the preferred source, one without a classifier where none is needed and one exists. */
  private Optional<WeightSource> published(Top top) {
    return architecture.sources().stream()
        .filter(source -> source.withTop() || top == Top.NONE)
        .min(Comparator.comparing(source -> top == Top.NONE && source.withTop()));
  }

  private SourceHead.Layer downloaded(WeightSource source, Form form) {
    try {
      Path file = download(Optional.of(source));
      return classifier(
              new WeightChoice.Local(
                  file,
                  form.dialect(),
                  TensorNames.UNCHANGED,
                  Prefix.of(""),
                  architecture.preprocessing(form.dialect())),
              form)
          .orElseThrow(
              () ->
                  new IOException(
                      file + ": the file must have the layer of the classes, got none"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<SourceHead.Layer> classifier(WeightChoice.Local local, Form form) {
    try {
      return WeightReader.readClassifier(
              local.file(), architecture, form, local.names(), local.prefix())
          .map(
              layer ->
                  new SourceHead.Layer(
                      verifyNotNull(layer.get(ParameterRole.KERNEL)),
                      verifyNotNull(layer.get(ParameterRole.BIAS))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path download(Optional<WeightSource> source) throws IOException {
    WeightSource found =
        source.orElseThrow(
            () ->
                new IOException(
                    "No published weights of "
                        + name()
                        + " have a known hash, so none can be downloaded; pass a file with"
                        + " weights(path)"));
    return new Downloader(downloads).fetch(found.file());
  }
}
