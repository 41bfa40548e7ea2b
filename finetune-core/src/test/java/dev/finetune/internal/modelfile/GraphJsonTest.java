package dev.finetune.internal.modelfile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Add;
import dev.finetune.graph.layer.AveragePool;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Concat;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.GlobalMaxPool;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Layer;
import dev.finetune.graph.layer.LayerNorm;
import dev.finetune.graph.layer.MaxPool;
import dev.finetune.graph.layer.Multiply;
import dev.finetune.graph.layer.Normalize;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Rescale;
import dev.finetune.graph.layer.Reshape;
import dev.finetune.graph.layer.Scale;
import dev.finetune.graph.layer.SeparableConv2d;
import dev.finetune.graph.layer.Shape;
import dev.finetune.graph.layer.StochasticDepth;
import dev.finetune.graph.layer.ZeroPad;
import dev.finetune.internal.json.Fields;
import dev.finetune.testing.Goldens;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers in model files keep the format of the first release. */
class GraphJsonTest {

  /** The JSON that the first release wrote for {@link #everyKind}. */
  private static final JsonNode SAVED = Goldens.read("layer_kinds.json");

  private static LayerGraph everyKind() {
    return LayerGraph.builder()
        .add("input", new Input(Shape.image(3, 9, 8)))
        .then("rescale", new Rescale(List.of(2.0, -0.5, 0.25), List.of(1.0, 0.0, -3.0)))
        .then("normalize", new Normalize())
        .then("zero_pad", new ZeroPad(1, 2, 3, 4))
        .then("conv", new Conv2d(4, 3, 2, 2, Padding.VALID, 1, 1, true, Activation.RELU6))
        .then("separable", new SeparableConv2d(4, 3, 1, Padding.SAME, false, Activation.TANH))
        .then("norm", new BatchNorm(1e-3, 0.9, false))
        .then("layer_norm", new LayerNorm(1e-6))
        .then("scale", new Scale(1e-6))
        .then("activate", new Activate(Activation.HARD_SWISH))
        .add("add", new Add(), "norm", "activate")
        .add("concat", new Concat(), "add", "scale")
        .then("max", new MaxPool(3, 2, Padding.SAME))
        .then("average", new AveragePool(2, 1, Padding.VALID))
        .then("squeeze", new GlobalAveragePool(true))
        .add("multiply", new Multiply(), "average", "squeeze")
        .then("depth", new StochasticDepth(0.2))
        .then("global_max", new GlobalMaxPool())
        .then("reshape", new Reshape(2, 2, 2))
        .then("flatten", new Flatten())
        .then("dropout", new Dropout(0.5))
        .then("dense", new Dense(5, Activation.SOFTMAX))
        .build();
  }

  @Test
  void should_read_every_kind_that_was_saved() throws IOException {
    JsonNode model = JsonNodeFactory.instance.objectNode().set("graph", SAVED);

    assertThat(
            GraphJson.read(Fields.of("model.json", model, "graph"), List.of(), List.of()).nodes())
        .isEqualTo(everyKind().nodes());
  }

  @Test
  void should_read_every_kind_that_was_saved_without_a_mapper() {
    List<Layer> layers = new ArrayList<>();
    SAVED.forEach(node -> layers.add(WrittenLayers.read(node.path("layer"))));

    assertThat(layers).isEqualTo(everyKind().nodes().stream().map(Node::layer).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Dropout | {}",
        "Dropout | {\"rate\": null}",
        "Dropout | {\"rate\": 0}",
        "Dropout | {\"rate\": \"0.5\"}",
        "Dropout | {\"rate\": 1.5}",
        "Dropout | {\"rate\": 0.5, \"other\": 1}",
        "dropout | {\"rate\": 0.5}",
        "Layer | {}",
        "Reshape | {\"channels\": 1.0, \"height\": 1, \"width\": 1}",
        "Reshape | {\"channels\": 4294967297, \"height\": 1, \"width\": 1}",
        "GlobalAveragePool | {\"keepDimensions\": 1}",
        "Activate | {\"activation\": 1}",
        "Activate | {\"activation\": \"relu\"}",
        "Input | {\"shape\": [3, 8, 8]}",
        "Input | {\"shape\": {\"channels\": 3, \"height\": 8, \"width\": 8}}",
        "Rescale | {\"factors\": [1.0], \"offsets\": [1]}",
        "Rescale | {\"factors\": {\"a\": 1.0}, \"offsets\": [1.0]}",
      })
  void should_leave_other_settings_to_the_mapper(String kind, String settings) throws IOException {
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(settings);
    json.put("kind", kind);

    assertThat(WrittenLayers.read(json)).isNull();
  }

  @Test
  void should_write_every_kind_as_it_was_saved() {
    assertThat((JsonNode) GraphJson.write(everyKind())).isEqualTo(SAVED);
  }

  @Test
  void should_keep_the_names_of_all_kinds() {
    assertThat(SAVED.findValuesAsText("kind"))
        .containsExactlyInAnyOrder(
            "Activate",
            "Add",
            "AveragePool",
            "BatchNorm",
            "Concat",
            "Conv2d",
            "Dense",
            "Dropout",
            "Flatten",
            "GlobalAveragePool",
            "GlobalMaxPool",
            "Input",
            "LayerNorm",
            "MaxPool",
            "Multiply",
            "Normalize",
            "Rescale",
            "Reshape",
            "Scale",
            "SeparableConv2d",
            "StochasticDepth",
            "ZeroPad");
  }

  @Test
  void should_have_a_name_for_each_kind() {
    assertThat(GraphJson.kinds(Layer.class))
        .allMatch(kind -> kind.isAnnotationPresent(JsonTypeName.class))
        .extracting(kind -> kind.getAnnotation(JsonTypeName.class).value())
        .isEqualTo(GraphJson.kinds(Layer.class).map(Class::getSimpleName).toList())
        .doesNotHaveDuplicates()
        .containsAll(SAVED.findValuesAsText("kind"));
  }
}
