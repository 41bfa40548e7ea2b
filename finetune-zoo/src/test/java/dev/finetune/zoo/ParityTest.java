package dev.finetune.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finetune.ImageClassifier;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.image.Pixels;
import dev.finetune.weights.Weights;
import dev.finetune.zoo.architecture.Pooling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Compares every network, with weights from files that the frameworks saved, with the outputs of
 * the frameworks. Runs if -Dfinetune.parity names a folder written by src/test/python/parity.py.
 * Prints the table.
 */
@Tag("numeric")
class ParityTest {

  /**
   * Returns the largest allowed error. Both sides compute in float32. The script measures how far a
   * framework's outputs move when images change by a few units of rounding; another order of
   * summation differs by a small factor of that.
   */
  private static double bound(JsonNode parity) {
    return Math.max(2e-5, 8 * parity.get("rounding").asDouble());
  }

  @Test
  void should_compute_what_the_frameworks_compute() throws IOException {
    Path folder = folder();
    List<String> failed = new ArrayList<>();
    System.out.println(
        "| network | framework | variant | format | top | error / rms | framework's own rounding"
            + " |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (JsonNode parity : new ObjectMapper().readTree(folder.resolve("cases.json").toFile())) {
      String row = row(parity);
      try {
        double error = error(parity, values(folder, parity));
        double own = parity.get("rounding").asDouble();
        System.out.printf("| %s | %.1e | %.1e |%n", row, error, own);
        if (!(error < bound(parity))) {
          failed.add(row + ": " + error);
        }
      } catch (RuntimeException e) {
        System.out.printf(
            "| %s | refused: %s | |%n",
            row, String.valueOf(e.getMessage()).lines().findFirst().get());
        failed.add(row + ": " + e.getMessage());
      }
    }

    assertThat(failed).isEmpty();
  }

  private static Path folder() {
    Path folder = Path.of(System.getProperty("finetune.parity", ""));
    if (!Files.exists(folder.resolve("cases.json"))) {
      System.out.println(
          "ParityTest skipped: -Dfinetune.parity does not name a folder with cases.json");
      abort();
    }
    return folder;
  }

  private static String row(JsonNode parity) {
    String file = parity.get("file").asText();
    String name = file.substring(file.lastIndexOf('/') + 1);
    return String.join(
        " | ",
        parity.get("network").asText(),
        parity.get("framework").asText(),
        parity.get("variant").asText(),
        name.substring(name.indexOf('.')),
        parity.get("top").asBoolean() ? "yes" : "no");
  }

  private static float[] values(Path folder, JsonNode parity) {
    int size = parity.get("size").asInt();
    String variant = parity.get("variant").asText();
    ZooBackbone backbone =
        Zoo.byName(parity.get("network").asText())
            .weights(folder.resolve(parity.get("file").asText()))
            .inputSize(size);
    if (parity.get("top").asBoolean()) {
      return backbone.classifier(names(1000)).logits(image(size));
    }
    if (variant.equals("max pooling")) {
      backbone = backbone.pooling(Pooling.MAX);
    } else if (variant.equals("avg pooling") || variant.equals("nested")) {
      backbone = backbone.pooling(Pooling.AVG);
    }
    LayerGraph graph = backbone.graph();
    if (!graph.outputShape().flat()) {
      graph = graph.toBuilder().then("mean", new GlobalAveragePool()).build();
    }
    Weights weights = backbone.weights();
    int features = graph.outputShape().channels();
    return ImageClassifier.of(backbone.input(), names(features), graph, weights)
        .logits(image(size));
  }

  private static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj(i -> "value " + i).toList();
  }

  /** Makes the image of the script's function of the same name. */
  private static Pixels image(int size) {
    float[] planes = new float[3 * size * size];
    for (int i = 0; i < planes.length; i++) {
      planes[i] = (37L * i + 11 * ((long) i * i % 97)) % 256;
    }
    return Pixels.ofPlanes(size, size, planes);
  }

  private static double error(JsonNode parity, float[] values) {
    JsonNode wanted = parity.get("values");
    assertThat(values).hasSize(wanted.size());
    double largest = 0;
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      largest = Math.max(largest, Math.abs(values[i] - wanted.get(i).asDouble()));
      squares += wanted.get(i).asDouble() * wanted.get(i).asDouble();
    }
    return largest / Math.sqrt(squares / values.length);
  }
}
