package dev.finetune;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.graph.Layer;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import java.util.ArrayList;
import java.util.List;

/** A layer graph as JSON, with every setting, and back. */
final class GraphJson {

  /** The names of the kinds in the file; they stay, whatever the classes come to be called. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Layer.Input.class, name = "Input"),
    @JsonSubTypes.Type(value = Layer.Conv2d.class, name = "Conv2d"),
    @JsonSubTypes.Type(value = Layer.MaxPool.class, name = "MaxPool"),
    @JsonSubTypes.Type(value = Layer.AveragePool.class, name = "AveragePool"),
    @JsonSubTypes.Type(value = Layer.GlobalAveragePool.class, name = "GlobalAveragePool"),
    @JsonSubTypes.Type(value = Layer.Activate.class, name = "Activate"),
    @JsonSubTypes.Type(value = Layer.BatchNorm.class, name = "BatchNorm"),
    @JsonSubTypes.Type(value = Layer.Concat.class, name = "Concat"),
    @JsonSubTypes.Type(value = Layer.Add.class, name = "Add"),
    @JsonSubTypes.Type(value = Layer.Flatten.class, name = "Flatten"),
    @JsonSubTypes.Type(value = Layer.Dense.class, name = "Dense"),
    @JsonSubTypes.Type(value = Layer.Dropout.class, name = "Dropout"),
    @JsonSubTypes.Type(value = Layer.SeparableConv2d.class, name = "SeparableConv2d"),
    @JsonSubTypes.Type(value = Layer.ZeroPad.class, name = "ZeroPad"),
    @JsonSubTypes.Type(value = Layer.GlobalMaxPool.class, name = "GlobalMaxPool"),
    @JsonSubTypes.Type(value = Layer.LayerNorm.class, name = "LayerNorm"),
    @JsonSubTypes.Type(value = Layer.Scale.class, name = "Scale"),
    @JsonSubTypes.Type(value = Layer.Rescale.class, name = "Rescale"),
    @JsonSubTypes.Type(value = Layer.Normalize.class, name = "Normalize"),
    @JsonSubTypes.Type(value = Layer.Multiply.class, name = "Multiply"),
    @JsonSubTypes.Type(value = Layer.Reshape.class, name = "Reshape"),
    @JsonSubTypes.Type(value = Layer.StochasticDepth.class, name = "StochasticDepth"),
  })
  private interface LayerNames {}

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addMixIn(Layer.class, LayerNames.class)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  private GraphJson() {}

  static ArrayNode write(LayerGraph graph) {
    ArrayNode nodes = MAPPER.createArrayNode();
    for (Node node : graph.nodes()) {
      ObjectNode json = nodes.addObject();
      json.put("name", node.name());
      json.set("layer", MAPPER.valueToTree(node.layer()));
      node.inputs().forEach(json.putArray("inputs")::add);
    }
    return nodes;
  }

  static ArrayNode stages(LayerGraph graph) {
    ArrayNode stages = MAPPER.createArrayNode();
    graph.stages().forEach(stages::add);
    return stages;
  }

  /**
   * The graph.
   *
   * @param stages as {@link #stages} writes them; missing in files of the first release
   */
  static LayerGraph read(JsonNode nodes, JsonNode stages) throws JsonProcessingException {
    LayerGraph.Builder graph = LayerGraph.builder();
    for (JsonNode json : nodes) {
      List<String> inputs = new ArrayList<>();
      json.path("inputs").forEach(input -> inputs.add(input.asText()));
      graph.add(
          json.path("name").asText(),
          MAPPER.treeToValue(json.get("layer"), Layer.class),
          inputs.toArray(String[]::new));
    }
    stages.forEach(stage -> graph.stage(stage.asText()));
    return graph.build();
  }
}
