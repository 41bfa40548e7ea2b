package dev.finetune.zoo.weights;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.Table;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.weights.Tensor;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.architecture.Definition;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Top;
import dev.finetune.zoo.internal.keras.StoredLayer;
import dev.finetune.zoo.internal.keras.StoredModel;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests files of Keras 3, which name groups after classes; see
 * src/test/python/make_keras_groups.py.
 */
class KerasGroupsTest {

  private static JsonNode golden(String name) throws IOException {
    try (InputStream in = KerasGroupsTest.class.getResourceAsStream("/goldens/keras_groups.json")) {
      return new ObjectMapper().readTree(in).get(name);
    }
  }

  private static Definition network(String name, Dialect dialect) {
    return Zoo.byName(name).architecture().define(Form.square(96, dialect, Top.NONE));
  }

  /** Returns the layer's own name for each group of the file. */
  private static Map<String, String> groups(String name) throws IOException {
    Map<String, String> groups = new HashMap<>();
    golden(name)
        .get("groups")
        .properties()
        .forEach(entry -> groups.put(entry.getKey(), entry.getValue().asText()));
    // Without a classifier Keras generates the name of ConvNeXt's last layer.
    groups.replaceAll(
        (group, layer) ->
            layer.equals("layer_normalization") ? "convnext_tiny_head_layernorm" : layer);
    return groups;
  }

  @ParameterizedTest
  @ValueSource(strings = {"inceptionv3", "xception", "convnexttiny", "efficientnetb0"})
  void should_find_every_layer_under_its_group(String name) throws IOException {
    Map<String, String> found = new HashMap<>();
    KerasNames.byClass(network(name, Dialect.KERAS))
        .forEach((layer, group) -> found.put(group, layer));

    assertThat(found).isEqualTo(groups(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"inceptionv3", "xception", "convnexttiny", "efficientnetb0"})
  void should_count_layers_as_keras_does(String name) throws IOException {
    boolean differs = name.startsWith("efficientnet");

    assertThat(network(name, differs ? Dialect.KERAS_SCRATCH : Dialect.KERAS).graph().counted())
        .hasSize(golden(name).get("layers").asInt());
  }

  /**
   * Groups are in alphabetical order, and a group may have the name of another layer of the
   * network: the group conv2d_9 does not contain the layer conv2d_9.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void should_match_groups_to_layers_by_class_and_not_by_name(boolean renamed) throws IOException {
    Definition network = network("inceptionv3", Dialect.KERAS);
    Map<String, StoredLayer> made = new HashMap<>();
    MadeWeights.keras(network.graph()).forEach(layer -> made.put(layer.name(), layer));
    List<StoredLayer> stored = new ArrayList<>();
    groups("inceptionv3")
        .forEach(
            (group, layer) ->
                stored.add(
                    new StoredLayer(
                        group,
                        renamed ? layer + "_of_a_second" : "",
                        requireNonNull(made.get(layer)).tensors())));
    Collections.shuffle(stored, new java.util.Random(42));

    Table<String, ParameterRole, Tensor> assigned =
        MadeWeights.read(network, StoredModel.whole(true, stored, List.of()));

    assertThat(assigned)
        .isEqualTo(
            MadeWeights.read(
                network, StoredModel.whole(false, List.copyOf(made.values()), List.of())));
  }

  @Test
  void should_report_problems_by_the_layers_own_names() throws IOException {
    Definition network = network("xception", Dialect.KERAS);
    StoredLayer strange = new StoredLayer("dense", "my_head", List.of());

    assertThat(
            KerasProblems.of(
                List.of(StoredModel.whole(true, List.of(strange), List.of())),
                network,
                network.graph()))
        .singleElement()
        .asString()
        .contains("extra: my_head");
  }
}
