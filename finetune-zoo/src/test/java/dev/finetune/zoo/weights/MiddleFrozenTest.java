package dev.finetune.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.LayerGraph;
import dev.finetune.internal.engine.Engines;
import dev.finetune.internal.network.Batch;
import dev.finetune.internal.network.TrainableNetwork;
import dev.finetune.train.Adam;
import dev.finetune.weights.Weights;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Network;
import dev.finetune.zoo.architecture.Top;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Training below and above a frozen part, with batch normalisation inside and residual or dense
 * connections around it, against torch: see {@code training} in
 * src/test/python/make_zoo_goldens.py.
 */
class MiddleFrozenTest {

  private static final int[] LABELS = {1, 5, 1, 700};

  @ParameterizedTest
  @CsvSource({"resnet18, conv3_", "densenet121, conv3_ pool3_"})
  void should_train_as_torch_does(String name, String frozenPrefixes) throws IOException {
    JsonNode golden = golden(name);
    int size = golden.get("size").asInt();
    Network network =
        Zoo.byName(name).architecture().network(Form.square(size, Dialect.TORCHVISION, Top.LOGITS));
    LayerGraph graph = network.graph();
    Set<String> frozen =
        graph.names().stream()
            .filter(n -> List.of(frozenPrefixes.split(" ", -1)).stream().anyMatch(n::startsWith))
            .collect(Collectors.toSet());
    Weights before = MadeWeights.of(network, Dialect.TORCHVISION);
    Batch batch = batch(size);
    List<Double> losses = new ArrayList<>();
    Weights after;
    try (TrainableNetwork training =
        Engines.training(
            graph, frozen, before, new Adam(1e-4, 0.9, 0.999, 1e-7), EngineOptions.defaults())) {
      for (int step = 0; step < golden.get("losses").size(); step++) {
        losses.add(training.step(batch, LABELS, step).loss());
      }
      after = training.weights();
    }

    for (int step = 0; step < losses.size(); step++) {
      assertThat(losses.get(step))
          .as("loss of step %s", step)
          .isCloseTo(golden.get("losses").get(step).asDouble(), Percentage.withPercentage(0.1));
    }
    graph.nodes().stream()
        .filter(n -> !n.parameters().isEmpty())
        .forEach(
            n -> {
              if (frozen.contains(n.name())) {
                assertThat(after.layer(n.name())).isEqualTo(before.layer(n.name()));
              } else {
                assertThat(after.layer(n.name())).isNotEqualTo(before.layer(n.name()));
              }
            });
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
    try (InputStream in = MiddleFrozenTest.class.getResourceAsStream("/goldens/training.json")) {
      for (JsonNode golden : new ObjectMapper().readTree(in)) {
        if (golden.get("name").asText().equals(name)) {
          return golden;
        }
      }
    }
    throw new IllegalArgumentException(name);
  }
}
