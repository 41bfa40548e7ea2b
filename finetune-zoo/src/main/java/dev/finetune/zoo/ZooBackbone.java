package dev.finetune.zoo;

import dev.finetune.ImageClassifier;
import dev.finetune.backbone.Backbone;
import dev.finetune.graph.LayerGraph;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Preprocessing;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Weights;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.Top;
import dev.finetune.zoo.download.DownloadOptions;
import dev.finetune.zoo.download.Downloader;
import dev.finetune.zoo.download.WeightFile;
import dev.finetune.zoo.weights.WeightFormat;
import dev.finetune.zoo.weights.WeightReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A backbone of the zoo. Immutable: each method gives a changed copy. Unless told otherwise it
 * downloads the weights that Keras publishes, once, when they are first needed.
 *
 * <pre>{@code
 * Zoo.vgg16Imagenet()                                // ImageNet weights, downloaded and verified
 * Zoo.squeezeNetImagenet().weights(Path.of("squeezenet1_1.safetensors"))
 * Zoo.vgg16Imagenet().randomWeights(1).inputSize(64) // needs no file
 * }</pre>
 */
public final class ZooBackbone implements Backbone {

  private final Architecture architecture;
  private final int size;
  private final WeightChoice choice;
  private final DownloadOptions downloads;

  private ZooBackbone(
      Architecture architecture, int size, WeightChoice choice, DownloadOptions downloads) {
    this.architecture = architecture;
    this.size = size;
    this.choice = choice;
    this.downloads = downloads;
  }

  static ZooBackbone of(Architecture architecture) {
    return new ZooBackbone(
        architecture,
        architecture.defaultSize(),
        new WeightChoice.Published(),
        DownloadOptions.fromEnvironment());
  }

  /**
   * A copy with the weights of a file: Keras HDF5, or safetensors with torchvision's names. With
   * the weights comes the preprocessing that they were trained with.
   *
   * @throws UncheckedIOException if there is no such file or it is neither format
   */
  public ZooBackbone weights(Path file) {
    try {
      return new ZooBackbone(
          architecture, size, new WeightChoice.Local(file, WeightFormat.of(file)), downloads);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A copy with initial values as Keras draws them, for training from scratch. */
  public ZooBackbone randomWeights(long seed) {
    return new ZooBackbone(architecture, size, new WeightChoice.Random(seed), downloads);
  }

  /**
   * A copy for square images of that side.
   *
   * @throws IllegalArgumentException if the network's windows do not fit into so small an image
   */
  public ZooBackbone inputSize(int side) {
    ZooBackbone copy = new ZooBackbone(architecture, side, choice, downloads);
    copy.graph();
    return copy;
  }

  /** A copy that gets its weights in that way. */
  public ZooBackbone downloads(DownloadOptions options) {
    return new ZooBackbone(architecture, size, choice, options);
  }

  @Override
  public String name() {
    return architecture.name();
  }

  @Override
  public InputSpec input() {
    Preprocessing preprocessing =
        choice instanceof WeightChoice.Local local
            ? local.format().preprocessing()
            : Preprocessing.CAFFE;
    return new InputSpec(size, size, preprocessing);
  }

  @Override
  public LayerGraph graph() {
    return architecture.graph(size, Top.NONE);
  }

  /** The layers with the ImageNet classifier. */
  public LayerGraph graphWithTop() {
    return architecture.graph(size, Top.SOFTMAX);
  }

  @Override
  public Weights weights() {
    return weightsOf(graph(), false);
  }

  /** The weights with those of the ImageNet classifier. */
  public Weights weightsWithTop() {
    return weightsOf(architecture.graph(size, Top.LOGITS), true);
  }

  /**
   * The ImageNet classifier itself.
   *
   * @param classNames the 1000 classes in order
   */
  public ImageClassifier classifier(List<String> classNames) {
    LayerGraph graph = architecture.graph(size, Top.LOGITS);
    return ImageClassifier.of(input(), classNames, graph, weightsOf(graph, true));
  }

  @Override
  public String weightsOrigin() {
    if (choice instanceof WeightChoice.Random random) {
      return "random, seed " + random.seed();
    } else if (choice instanceof WeightChoice.Local local) {
      return local.file().getFileName() + ", sha256 " + FileHash.sha256(local.file());
    }
    return architecture
        .kerasWeights(false)
        .map(file -> file.name() + ", " + file.algorithm() + " " + file.hash())
        .orElse("none");
  }

  private Weights weightsOf(LayerGraph graph, boolean withTop) {
    if (choice instanceof WeightChoice.Random random) {
      return RandomWeights.glorot(graph, random.seed());
    }
    try {
      Path file = choice instanceof WeightChoice.Local local ? local.file() : published(withTop);
      return WeightReader.read(file, architecture, graph);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path published(boolean withTop) throws IOException {
    WeightFile file =
        architecture
            .kerasWeights(withTop)
            .orElseThrow(
                () ->
                    new IOException(
                        "There is no verifiable source of "
                            + name()
                            + " with its classifier; name a file with weights(path)"));
    return new Downloader(downloads).fetch(file);
  }
}
