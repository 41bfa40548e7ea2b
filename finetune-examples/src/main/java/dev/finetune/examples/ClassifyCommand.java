package dev.finetune.examples;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.FineTunedModel;
import dev.finetune.ImageClassifier;
import dev.finetune.evaluate.Prediction;
import dev.finetune.examples.NetworkArguments.PublishedBackbone;
import dev.finetune.examples.NetworkArguments.SavedModel;
import dev.finetune.image.ColourRule;
import dev.finetune.image.Pixels;
import dev.finetune.zoo.ZooBackbone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Classifies images. */
@Command(
    name = "classify",
    description =
        "Classify images with a saved model, or with a backbone and its ImageNet classifier.",
    footer = {
      "  " + Main.NAME + " classify gtsrb-out/model.zip photo.jpg",
      "  " + Main.NAME + " classify resnet50 photo1.jpg photo2.jpg --top 3 --json"
    })
final class ClassifyCommand implements Callable<Integer> {

  private static final String LABELS = "--labels";

  @Mixin private NetworkArguments arguments;
  @Mixin private Output output;

  @Option(
      names = LABELS,
      paramLabel = "FILE",
      description =
          "The names of a backbone's classes, one line per class, with or without a WordNet id in"
              + " front (default: ImageNet's names).")
  private @Nullable Path labels;

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "5",
      converter = Converters.Count.class,
      description = "The number of classes to print per image (default: ${DEFAULT-VALUE}).")
  private int top;

  @Override
  public Integer call() throws Exception {
    arguments.requireBackbone(WeightsOptions.NAME, arguments.weights.given());
    arguments.requireBackbone(LABELS, labels != null);
    arguments.requireImages();
    List<Prediction> predictions = predictions();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode results = json.putArray("predictions");
    for (int i = 0; i < predictions.size(); i++) {
      String image = arguments.images().get(i).toString();
      output.text(image);
      ObjectNode result = results.addObject();
      result.put("image", image);
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

  private List<Prediction> predictions() throws IOException {
    if (arguments.network() instanceof SavedModel saved) {
      try (FineTunedModel model = arguments.compute.load(saved.file())) {
        return model.classify(arguments.readImages(model.colours()));
      }
    }
    List<Pixels> decoded = arguments.readImages(ColourRule.STORED);
    try (ImageClassifier classifier = classifier()) {
      return classifier.classify(decoded);
    }
  }

  private ImageClassifier classifier() throws IOException {
    ZooBackbone backbone =
        arguments.weights.of(((PublishedBackbone) arguments.network()).backbone(), 0);
    return labels == null
        ? backbone.classifier(arguments.compute.options())
        : backbone.classifier(classNames(labels, backbone), arguments.compute.options());
  }

  private static List<String> classNames(Path file, ZooBackbone backbone) throws IOException {
    List<String> names =
        Files.readAllLines(PathChecks.file(LABELS, "a text file", file)).stream()
            .filter(line -> !line.isBlank())
            .map(line -> line.replaceFirst("^n\\d{8}\\s+", ""))
            .toList();
    int classes = backbone.graphWithTop().outputShape().size();
    long different = names.stream().distinct().count();
    if (names.size() != classes || different != classes) {
      throw new IOException(
          String.format(
              "%s: a line for each of the %d classes is expected, all different, got %d lines, %d"
                  + " of them different",
              file, classes, names.size(), different));
    }
    return names;
  }
}
