package dev.finetune.examples;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.FineTunedModel;
import dev.finetune.ImageClassifier;
import dev.finetune.datasets.Images;
import dev.finetune.evaluate.Prediction;
import dev.finetune.image.Pixels;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.ZooBackbone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what images show. */
@Command(
    name = "classify",
    description =
        "Classify images with a saved model, or with a backbone and its ImageNet classifier.",
    mixinStandardHelpOptions = true)
final class ClassifyCommand implements Callable<Integer> {

  @Mixin private Output output;

  @Mixin private EngineOption engine;

  @Parameters(
      index = "0",
      paramLabel = "MODEL-or-BACKBONE",
      description = "A saved model's file, or a backbone that zoo lists.")
  private String model;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "IMAGE", description = "Image files.")
  private List<Path> images;

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description = "A backbone's weights with its classifier.")
  private @Nullable Path weights;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "A line for each class in order, with or without a WordNet id before it. Without it a"
              + " backbone's classes have ImageNet's names.")
  private @Nullable Path labels;

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "5",
      description = "How many classes to print (default: ${DEFAULT-VALUE}).")
  private int top;

  @Override
  public Integer call() throws Exception {
    List<Pixels> decoded = new ArrayList<>();
    for (Path image : images) {
      decoded.add(Images.read(image));
    }
    List<Prediction> predictions = classifier().classify(decoded);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode results = json.putArray("predictions");
    for (int i = 0; i < predictions.size(); i++) {
      output.text(images.get(i).toString());
      ObjectNode result = results.addObject();
      result.put("image", images.get(i).toString());
      ArrayNode best = result.putArray("top");
      for (Prediction.Score score : predictions.get(i).top(top)) {
        output.text(
            String.format(Locale.ROOT, "  %.4f  %s", score.probability(), score.className()));
        ObjectNode entry = best.addObject();
        entry.put("index", score.index());
        entry.put("class", score.className());
        entry.put("probability", score.probability());
      }
    }
    output.result(json);
    return 0;
  }

  private ImageClassifier classifier() throws IOException {
    if (Files.exists(Path.of(model))) {
      Path file = Path.of(model);
      return engine.given().isPresent()
          ? FineTunedModel.load(file, engine.options()).classifier()
          : FineTunedModel.load(file).classifier();
    }
    if (!Zoo.names().contains(model)) {
      throw new IOException(
          model + ": neither a file nor a backbone; the backbones are " + Zoo.names());
    }
    ZooBackbone backbone = Zoo.byName(model);
    ZooBackbone chosen = weights == null ? backbone : backbone.weights(weights);
    return labels == null
        ? chosen.classifier(engine.options())
        : chosen.classifier(classNames(labels), engine.options());
  }

  private static List<String> classNames(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> !line.isBlank())
        .map(line -> line.replaceFirst("^n\\d{8}\\s+", ""))
        .toList();
  }
}
