package dev.finetune;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Layer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A layer graph as JSON, with every setting, and back. */
final class GraphJson {

  /** Each kind has its name in the file as an annotation of its own. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  private interface NamedByKind {}

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addMixIn(Layer.class, NamedByKind.class)
          .registerSubtypes(kinds(Layer.class).toArray(Class<?>[]::new))
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  private GraphJson() {}

  /** Returns the kinds that a sealed type permits. */
  static Stream<Class<?>> kinds(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(GraphJson::kinds)
        : Stream.of(type);
  }

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
