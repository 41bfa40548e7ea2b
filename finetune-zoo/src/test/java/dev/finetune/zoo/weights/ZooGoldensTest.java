package dev.finetune.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finetune.ImageClassifier;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Pixels;
import dev.finetune.image.Preprocessing;
import dev.finetune.weights.Weights;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.Definition;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Top;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares every network's logits with those of its publisher: torchvision's and Keras' networks,
 * computed in float64 on the same weights in the publisher's names and layouts; see
 * src/test/python/make_zoo_goldens.py.
 */
@Tag("numeric")
class ZooGoldensTest {

  private static final int CLASSES = 1000;
  private static final double MARGIN = 8;

  static Stream<Arguments> networks() throws IOException {
    return goldens().stream()
        .map(g -> Arguments.of(g.get("name").asText(), g.get("dialect").asText(), g));
  }

  private static List<JsonNode> goldens() throws IOException {
    try (InputStream in = ZooGoldensTest.class.getResourceAsStream("/goldens/zoo.json")) {
      List<JsonNode> cases = new ArrayList<>();
      new ObjectMapper().readTree(in).forEach(cases::add);
      return cases;
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("networks")
  void should_compute_the_publishers_logits(String name, String dialectName, JsonNode golden) {
    Architecture architecture = Zoo.byName(name).architecture();
    Dialect dialect = Dialect.valueOf(dialectName);
    int size = golden.get("size").asInt();
    Definition network = architecture.define(Form.square(size, dialect, Top.LOGITS));
    Weights weights = MadeWeights.of(network, dialect);
    weights.requireMatch(network.graph(), name);
    ImageClassifier classifier =
        ImageClassifier.of(
            new InputSpec(size, size, Preprocessing.NONE),
            IntStream.range(0, CLASSES).mapToObj(i -> "class " + i).toList(),
            network.graph(),
            weights);

    float[] logits = classifier.logits(image(size, golden.get("scale").asDouble()));

    double error = error(logits, golden);
    double bound = bound(golden);
    System.out.printf("golden %s %s error %.1e of %.1e%n", name, dialect, error, bound);
    assertThat(error).isLessThan(bound);
  }

  /**
   * Returns the largest error that rounding explains. The golden file contains the publisher's own
   * float32 error, the largest of four runs: the condition of the network times the rounding of
   * sums in one order. Another order differs by a small factor; a wrong layer causes errors of
   * percents. The minimum is the rounding of about ten layers of 1000 terms added in sequence: 10 x
   * sqrt(1000) x 2^-24.
   */
  private static double bound(JsonNode golden) {
    return Math.max(2e-5, MARGIN * golden.get("float32").asDouble());
  }

  /**
   * Returns the largest difference of the logits in the golden file, and of a weighted sum of all
   * logits, relative to the root mean square of the logits.
   */
  private static double error(float[] logits, JsonNode golden) {
    double norm = golden.get("norm").asDouble();
    double scale = norm / Math.sqrt(CLASSES);
    double projection = 0;
    for (int i = 0; i < CLASSES; i++) {
      projection += logits[i] * Math.sin(i * 0.7 + 0.3);
    }
    double error = Math.abs(projection - golden.get("projection").asDouble()) / norm;
    for (int i = 0; i < golden.get("logits").size(); i++) {
      error = Math.max(error, Math.abs(logits[i] - golden.get("logits").get(i).asDouble()) / scale);
    }
    return error;
  }

  private static Pixels image(int size, double scale) {
    float[] planes = new float[3 * size * size];
    for (int i = 0; i < planes.length; i++) {
      planes[i] = (float) (Math.sin(0.37 * (i + 1)) * scale);
    }
    return Pixels.ofPlanes(size, size, planes);
  }

  /** The golden file covers every Keras and torchvision definition of every network. */
  @Test
  void should_have_a_golden_for_every_definition() throws IOException {
    List<String> wanted = new ArrayList<>();
    for (String name : Zoo.names()) {
      Zoo.byName(name).architecture().dialects().stream()
          .filter(d -> d != Dialect.TIMM)
          .forEach(d -> wanted.add(name + " " + d));
    }

    assertThat(
            goldens().stream()
                .filter(g -> Zoo.names().contains(g.get("name").asText()))
                .map(g -> g.get("name").asText() + " " + g.get("dialect").asText()))
        .containsExactlyInAnyOrderElementsOf(wanted);
  }

  /** Every network with widths has a golden of another width than 1. */
  @Test
  void should_have_a_golden_for_a_width() throws IOException {
    List<String> names = goldens().stream().map(g -> g.get("name").asText()).toList();

    for (String name : Zoo.names()) {
      if (!Zoo.byName(name).architecture().widths().isEmpty()) {
        assertThat(names).anyMatch(golden -> golden.startsWith(name + "-"));
      }
    }
  }
}
