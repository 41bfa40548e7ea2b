package dev.finetune.examples;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.FeatureExtractor;
import dev.finetune.FineTunedModel;
import dev.finetune.examples.NetworkArguments.PublishedBackbone;
import dev.finetune.examples.NetworkArguments.SavedModel;
import dev.finetune.graph.LayerGraph;
import dev.finetune.image.ColourRule;
import dev.finetune.image.Pixels;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import dev.finetune.zoo.ZooBackbone;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes the outputs of a layer. */
@Command(
    name = "features",
    description =
        "Write the outputs of a layer for images as a NumPy file: float32, images first, then"
            + " channels, rows and columns.",
    footer = {
      "  " + Main.NAME + " features vgg16 photo.jpg --layer block5_pool --out x.npy",
      "  " + Main.NAME + " features gtsrb-out/model.zip *.png --layer block3_pool \\",
      "      --out signs.npy"
    })
final class FeaturesCommand implements Callable<Integer> {

  private static final String OUT = "--out";

  @Mixin private NetworkArguments arguments;
  @Mixin private SizeOption size;
  @Mixin private Output output;

  @Option(
      names = "--layer",
      required = true,
      paramLabel = "LAYER",
      description = "The layer; summary lists those of a backbone.")
  private String layer;

  @Option(names = OUT, required = true, paramLabel = "FILE.npy", description = "The file to write.")
  private Path out;

  @Override
  public Integer call() throws Exception {
    arguments.requireBackbone(WeightsOptions.NAME, arguments.weights.given());
    arguments.requireBackbone(SizeOption.NAME, size.given());
    PathChecks.outputFile(OUT, out);
    arguments.requireImages();
    Tensor features = features();
    NpyFile.write(features, out);
    output.text(
        layer + " of " + arguments.images().size() + " images, " + features.shape() + ": " + out);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("layer", layer);
    features.shape().forEach(json.putArray("shape")::add);
    json.put("file", out.toString());
    output.result(json);
    return 0;
  }

  private Tensor features() throws IOException {
    if (arguments.network() instanceof SavedModel saved) {
      try (FineTunedModel model = arguments.compute.load(saved.file())) {
        requireLayer(model.graph());
        List<Pixels> decoded = arguments.readImages(model.colours());
        try (FeatureExtractor extractor =
            FeatureExtractor.of(
                model.input(), model.graph(), model.weights(), layer, model.engine())) {
          return extractor.features(decoded);
        }
      }
    }
    List<Pixels> decoded = arguments.readImages(ColourRule.STORED);
    try (FeatureExtractor extractor = extractor()) {
      return extractor.features(decoded);
    }
  }

  private FeatureExtractor extractor() throws IOException {
    ZooBackbone backbone =
        arguments.weights.of(size.of(((PublishedBackbone) arguments.network()).backbone()), 0);
    boolean withTop = !backbone.graph().names().contains(layer);
    LayerGraph graph = withTop ? backbone.graphWithTop() : backbone.graph();
    requireLayer(graph);
    Weights weights = withTop ? backbone.weightsWithTop() : backbone.weights();
    return FeatureExtractor.of(
        backbone.input(), graph, weights, layer, arguments.compute.options());
  }

  private void requireLayer(LayerGraph graph) {
    WrongCall.unlessBuilt("--layer", () -> graph.node(layer));
  }
}
