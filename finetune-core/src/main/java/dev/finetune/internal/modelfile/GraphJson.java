package dev.finetune.internal.modelfile;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.graph.Layer;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import java.io.IOException;
import java.util.List;
import java.util.Set;

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

  /** Nothing is converted, added or passed over: a setting is what the file says, or refused. */
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addMixIn(Layer.class, LayerNames.class)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private static final String[] NODE_KEYS = {"name", "layer", "inputs"};

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
    return array(graph.stages());
  }

  /** Returns the layers that Keras does not count. */
  static ArrayNode uncounted(LayerGraph graph) {
    Set<String> counted = Set.copyOf(graph.counted());
    return array(graph.names().stream().filter(name -> !counted.contains(name)).toList());
  }

  private static ArrayNode array(List<String> names) {
    ArrayNode array = MAPPER.createArrayNode();
    names.forEach(array::add);
    return array;
  }

  /**
   * Reads a graph from what stands under the key {@code graph}.
   *
   * @param stages as {@link #stages} writes them
   * @param uncounted as {@link #uncounted} writes them
   */
  static LayerGraph read(Fields json, List<String> stages, List<String> uncounted)
      throws IOException {
    LayerGraph.Builder graph = LayerGraph.builder();
    List<Fields> nodes = json.objects("graph", NODE_KEYS);
    if (nodes.isEmpty()) {
      throw json.refusal("graph", "an array of at least one layer", json.get("graph"));
    }
    for (Fields node : nodes) {
      graph.add(node.text("name"), layer(node), node.texts("inputs").toArray(String[]::new));
    }
    requireLayers(json, "stages", stages, graph).forEach(graph::stage);
    requireLayers(json, "uncounted", uncounted, graph).forEach(graph::uncounted);
    return graph.build();
  }

  private static List<String> requireLayers(
      Fields json, String key, List<String> names, LayerGraph.Builder graph) throws IOException {
    for (String name : names) {
      if (!graph.contains(name)) {
        throw json.refusal(key, "an array of names of layers", name);
      }
    }
    return names;
  }

  private static Layer layer(Fields node) throws IOException {
    try {
      return MAPPER.treeToValue(node.free("layer"), Layer.class);
    } catch (JsonProcessingException e) {
      String rule = "a layer with its settings (" + e.getOriginalMessage() + ")";
      throw new IOException(node.refusal("layer", rule, node.get("layer")).getMessage(), e);
    }
  }
}
