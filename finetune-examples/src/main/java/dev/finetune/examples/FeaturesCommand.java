package dev.finetune.examples;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.FeatureExtractor;
import dev.finetune.datasets.Images;
import dev.finetune.graph.LayerGraph;
import dev.finetune.image.Pixels;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.ZooBackbone;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes what a layer makes of images. */
@Command(
    name = "features",
    description = "Write the activations of a layer as float32 NCHW in NumPy's .npy format.",
    mixinStandardHelpOptions = true)
final class FeaturesCommand implements Callable<Integer> {

  @Mixin private Output output;

  @Mixin private EngineOption engine;

  @Parameters(index = "0", paramLabel = "BACKBONE", description = "One of those that zoo lists.")
  private String name;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "IMAGE", description = "Image files.")
  private List<Path> images;

  @Option(
      names = "--weights",
      required = true,
      paramLabel = "FILE",
      description = "Keras .h5 or .safetensors.")
  private Path weights;

  @Option(names = "--layer", required = true, paramLabel = "NAME", description = "Which layer.")
  private String layer;

  @Option(names = "--out", required = true, paramLabel = "FILE.npy", description = "Where to.")
  private Path out;

  @Option(names = "--size", paramLabel = "N", description = "Side of the input images.")
  private @Nullable Integer size;

  @Override
  public Integer call() throws Exception {
    ZooBackbone backbone = Zoo.byName(name).weights(weights);
    backbone = size == null ? backbone : backbone.inputSize(size);
    List<Pixels> decoded = new ArrayList<>();
    for (Path image : images) {
      decoded.add(Images.read(image));
    }
    boolean inBase = backbone.graph().names().contains(layer);
    LayerGraph graph = inBase ? backbone.graph() : backbone.graphWithTop();
    graph.node(layer);
    Weights values = inBase ? backbone.weights() : backbone.weightsWithTop();
    Tensor features;
    try (FeatureExtractor extractor =
        FeatureExtractor.of(backbone.input(), graph, values, layer, engine.options())) {
      features = extractor.features(decoded);
    }
    NpyFile.write(features, out);
    output.text(layer + " of " + images.size() + " images, " + features.shape() + ": " + out);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("layer", layer);
    features.shape().forEach(json.putArray("shape")::add);
    json.put("file", out.toString());
    output.result(json);
    return 0;
  }
}
