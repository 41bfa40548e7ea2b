package dev.finetune.zoo.weights;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.image.Preprocessing;
import dev.finetune.zoo.internal.json.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A reader of the {@code config.json} that timm and model hubs write beside a weight file. It
 * contains the preprocessing that the weights were trained with.
 */
final class TimmConfig {

  private static final String NAME = "config.json";

  private static final Map<List<List<Double>>, Preprocessing> KNOWN =
      Map.of(
          List.of(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225)), Preprocessing.TORCH,
          List.of(List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5)), Preprocessing.TF,
          List.of(List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0)), Preprocessing.UNIT);

  private TimmConfig() {}

  /**
   * Returns the preprocessing in the configuration beside a weight file; empty if there is no
   * configuration of timm.
   *
   * @throws IOException if the file is not JSON, or its preprocessing or network is not supported
   */
  static Optional<Preprocessing> preprocessing(Path weights) throws IOException {
    Path file = weights.toAbsolutePath().resolveSibling(NAME);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    JsonNode config = JsonFile.read(file);
    JsonNode pretrained = config.has("pretrained_cfg") ? config.get("pretrained_cfg") : config;
    if (!pretrained.path("mean").isArray() || !pretrained.path("std").isArray()) {
      return Optional.empty();
    }
    String network = config.path("architecture").asText();
    if (network.startsWith("tf_")) {
      throw new UnreadableFileException(
          file.toString(),
          "",
          "\"architecture\" must be a timm network without tf_, because those pad as"
              + " TensorFlow does, got "
              + network);
    }
    List<List<Double>> said =
        List.of(numbers(pretrained.get("mean")), numbers(pretrained.get("std")));
    Preprocessing known = KNOWN.get(said);
    if (known == null) {
      throw new UnreadableFileException(
          file.toString(),
          "",
          String.format(
              "mean and std must be one of %s, got %s; pass the preprocessing with weights(path,"
                  + " preprocessing)",
              KNOWN.keySet(), said));
    }
    return Optional.of(known);
  }

  private static List<Double> numbers(JsonNode array) {
    List<Double> numbers = new ArrayList<>();
    array.forEach(number -> numbers.add(number.asDouble()));
    return numbers;
  }
}
