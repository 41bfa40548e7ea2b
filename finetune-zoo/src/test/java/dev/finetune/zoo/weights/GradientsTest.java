package dev.finetune.zoo.weights;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.NormPolicy;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.internal.network.Networks;
import dev.finetune.internal.onednn.OneDnn;
import dev.finetune.internal.training.Learner;
import dev.finetune.internal.training.UpdatePlan;
import dev.finetune.loss.CrossEntropy;
import dev.finetune.loss.Targets;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.architecture.Definition;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Top;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compares gradients of whole networks with torch's in float64, with all layers trainable and with
 * a frozen part in the middle; see src/test/python/make_gradient_goldens.py.
 *
 * <p>The test compares one backward pass of a network without kinks. Training steps would diverge:
 * a ReLU unit that rounding moves across zero changes a gradient by thousands of times the
 * rounding, and Adam's first steps are the signs of the gradients.
 */
@Tag("numeric")
class GradientsTest {

  private static final int[] LABELS = {1, 5, 1, 700};

  /**
   * The largest allowed error, relative to the norm of a gradient. Torch's own float32 error is
   * 1e-6 without batch normalisation and up to 3e-5 through the fifty batch normalisations of
   * MobileNetV2, over 4 x 3 x 3 values each.
   */
  private static final double TOLERANCE = 1e-4;

  /**
   * The share of a layer's largest gradient below which a gradient is zero up to float64 rounding.
   */
  private static final double NOTHING = 1e-9;

  @BeforeAll
  static void load() {
    assertThat(OneDnn.available()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "vgg16, ",
    "squeezenet, ",
    "mobilenetv2, ",
    "resnet18, conv3_",
    "densenet121, conv3_ pool3_"
  })
  void should_compute_the_gradients_that_torch_computes(String name, String frozenPrefixes)
      throws IOException {
    JsonNode golden = golden(name);
    int size = golden.get("size").asInt();
    Definition network =
        Zoo.byName(name).architecture().define(Form.square(size, Dialect.TORCHVISION, Top.LOGITS));
    LayerGraph graph = SmoothNetwork.of(network.graph());
    Set<String> frozen = startingWith(graph, frozenPrefixes);
    Weights before = MadeWeights.of(network, Dialect.TORCHVISION);
    for (boolean winograd : new boolean[] {true, false}) {
      double loss;
      Weights after;
      try (Learner learner =
          new Learner(
              Networks.training(
                  graph,
                  frozen,
                  before,
                  NormPolicy.ownMomentum(),
                  EngineOptions.defaults().winograd(winograd)),
              CrossEntropy.crossEntropy(),
              UpdatePlan.of(new GradientsAsValues()),
              1)) {
        loss = learner.step(batch(size), Targets.classes(LABELS), 0).loss();
        after = learner.network().weights();
      }

      assertThat(loss).isCloseTo(golden.get("loss").asDouble(), Percentage.withPercentage(0.01));
      requireFrozen(graph, frozen, before, after);
      Map<String, Double> errors = new LinkedHashMap<>();
      errors.putAll(gradientErrors(network, golden.get("gradients"), frozen, after));
      errors.putAll(statisticErrors(network, golden.get("statistics"), frozen, before, after));
      requireSmall(name + (winograd ? ", Winograd" : ", direct"), golden, errors);
    }
  }

  private static void requireSmall(String what, JsonNode golden, Map<String, Double> errors) {
    Map.Entry<String, Double> worst =
        errors.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
    System.out.printf(
        "Gradients of %s, %s: the worst of %d tensors differs from float64 by %.1e (%s),"
            + " torch's float32 gradients by %.1e%n",
        what,
        OneDnn.describe(),
        errors.size(),
        worst.getValue(),
        worst.getKey(),
        golden.get("float32").asDouble());
    assertThat(worst.getValue()).as("%s: %s", what, worst.getKey()).isLessThan(TOLERANCE);
  }

  private static Set<String> startingWith(LayerGraph graph, String prefixes) {
    return prefixes == null
        ? Set.of()
        : graph.names().stream()
            .filter(n -> Stream.of(prefixes.split(" ", -1)).anyMatch(n::startsWith))
            .collect(Collectors.toSet());
  }

  private static void requireFrozen(
      LayerGraph graph, Set<String> frozen, Weights before, Weights after) {
    for (Node node : graph.nodes()) {
      if (frozen.contains(node.name())) {
        assertThat(after.layer(node.name())).isEqualTo(before.layer(node.name()));
      }
    }
  }

  private static Map<String, Double> gradientErrors(
      Definition network, JsonNode golden, Set<String> frozen, Weights after) {
    Map<String, Double> errors = new LinkedHashMap<>();
    for (Map.Entry<String, Node> layer : layers(network).entrySet()) {
      if (!frozen.contains(layer.getValue().name())) {
        errors.putAll(gradientErrors(layer.getKey(), layer.getValue(), golden, after));
      }
    }
    assertThat(errors).hasSize(golden.size());
    return errors;
  }

  /**
   * Returns the errors of one layer. A gradient that is zero in exact arithmetic, such as that of a
   * bias before batch normalisation, is measured against the layer's largest gradient, because it
   * is a sum of as many terms.
   */
  private static Map<String, Double> gradientErrors(
      String torch, Node node, JsonNode golden, Weights after) {
    Map<String, TensorSummary> expected = new LinkedHashMap<>();
    Map<String, Tensor> found = new LinkedHashMap<>();
    after
        .layer(node.name())
        .forEach(
            (role, tensor) -> {
              if (role.learned()) {
                String name = MadeWeights.torchName(torch, node, role);
                expected.put(name, TensorSummary.of(golden.required(name)));
                found.put(name, tensor);
              }
            });
    double largest = expected.values().stream().mapToDouble(TensorSummary::norm).max().orElse(0);
    Map<String, Double> errors = new LinkedHashMap<>();
    expected.forEach(
        (name, summary) -> {
          double size = summary.norm() > NOTHING * largest ? summary.norm() : largest;
          float[] trained = requireNonNull(found.get(name)).values();
          double[] values = new double[trained.length];
          for (int i = 0; i < values.length; i++) {
            values[i] = trained[i];
          }
          errors.put(name, summary.distance(values) / size);
        });
    return errors;
  }

  /**
   * Returns the errors of the batch statistics of trainable batch normalisation, computed from the
   * change of the running statistics. The variance divides by n, as in Keras; torch divides by n -
   * 1. The error of a mean grows with the spread of its values, so it is measured against their
   * standard deviation.
   */
  private static Map<String, Double> statisticErrors(
      Definition network, JsonNode golden, Set<String> frozen, Weights before, Weights after) {
    Map<String, Double> errors = new LinkedHashMap<>();
    for (Map.Entry<String, Node> layer : layers(network).entrySet()) {
      String node = layer.getValue().name();
      if (layer.getValue().layer() instanceof BatchNorm norm && !frozen.contains(node)) {
        double deviation = 0;
        for (ParameterRole role :
            List.of(ParameterRole.MOVING_VARIANCE, ParameterRole.MOVING_MEAN)) {
          String name = MadeWeights.torchName(layer.getKey(), layer.getValue(), role);
          float[] old = before.tensor(node, role).values();
          float[] moved = after.tensor(node, role).values();
          double[] seen = new double[old.length];
          for (int i = 0; i < seen.length; i++) {
            seen[i] = (moved[i] - norm.momentum() * old[i]) / (1 - norm.momentum());
          }
          TensorSummary expected = TensorSummary.of(golden.required(name));
          boolean variance = role == ParameterRole.MOVING_VARIANCE;
          deviation = variance ? Math.sqrt(DoubleStream.of(seen).sum()) : deviation;
          double size = variance ? expected.norm() : Math.max(deviation, expected.norm());
          errors.put(name, expected.distance(seen) / size);
        }
      }
    }
    assertThat(errors).hasSize(golden.size());
    return errors;
  }

  /** Returns the layers with parameters by their names in torchvision. */
  private static Map<String, Node> layers(Definition network) {
    Map<String, Node> layers = new LinkedHashMap<>();
    Set<String> done = new HashSet<>();
    network
        .tensorNames()
        .forEach(
            (torch, name) -> {
              if (done.add(name)) {
                layers.put(torch, network.graph().node(name));
              }
            });
    return layers;
  }

  private static Batch batch(int size) {
    List<float[][]> examples = new ArrayList<>();
    for (int i = 0; i < LABELS.length; i++) {
      float[] image = new float[3 * size * size];
      for (int k = 0; k < image.length; k++) {
        image[k] = (float) (Math.sin(0.37 * (k + 1)) * (1 - 0.15 * i));
      }
      examples.add(new float[][] {image});
    }
    return Batch.of(examples);
  }

  private static JsonNode golden(String name) throws IOException {
    try (InputStream in = GradientsTest.class.getResourceAsStream("/goldens/gradients.json")) {
      for (JsonNode golden : new ObjectMapper().readTree(in)) {
        if (golden.get("name").asText().equals(name)) {
          return golden;
        }
      }
    }
    throw new IllegalArgumentException(name);
  }
}
