package dev.finetune.internal.modelfile;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Layer;
import dev.finetune.internal.json.Fields;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Converts a layer graph with all settings to JSON and back. */
final class GraphJson {

  /** The key that has a layer's kind. */
  static final String KIND = "kind";

  /** Adds the key {@code kind} to each layer. {@code JsonTypeName} of the kind is its value. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = KIND)
  private interface NamedByKind {}

  /** Initialised on first use: {@link WrittenLayers} reads most models without it. */
  private static final class Mapper {
    /** Reads strictly: a value that is missing, unknown or of another type is an error. */
    private static final ObjectMapper LAYERS =
        JsonMapper.builder()
            .addMixIn(Layer.class, NamedByKind.class)
            .registerSubtypes(kinds(Layer.class).toArray(Class<?>[]::new))
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    private Mapper() {}
  }

  private static final String[] NODE_KEYS = {"name", "layer", "inputs"};

  private GraphJson() {}

  /** Returns all classes that a sealed type permits, directly or indirectly. */
  static Stream<Class<?>> kinds(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(GraphJson::kinds)
        : Stream.of(type);
  }

  /** Returns an array with one object per layer, in order: name, layer with settings, inputs. */
  static ArrayNode write(LayerGraph graph) {
    ArrayNode nodes = JsonNodeFactory.instance.arrayNode();
    for (Node node : graph.nodes()) {
      ObjectNode json = nodes.addObject();
      json.put("name", node.name());
      json.set("layer", Mapper.LAYERS.valueToTree(node.layer()));
      node.inputs().forEach(json.putArray("inputs")::add);
    }
    return nodes;
  }

  /** Returns the name of the last layer of each stage. */
  static ArrayNode stages(LayerGraph graph) {
    return array(graph.stages());
  }

  /** Returns the names of the layers that Keras does not count. */
  static ArrayNode uncounted(LayerGraph graph) {
    Set<String> counted = Set.copyOf(graph.counted());
    return array(graph.names().stream().filter(name -> !counted.contains(name)).toList());
  }

  private static ArrayNode array(List<String> names) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    names.forEach(array::add);
    return array;
  }

  /**
   * Reads the graph under the key {@code graph}.
   *
   * @param stages as {@link #stages} returns them
   * @param uncounted as {@link #uncounted} returns them
   * @throws IOException if a value is missing, unknown or of another type
   * @throws IllegalArgumentException if the layers do not form a graph
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
        throw json.refusal(key, "an array of layer names of the graph", name);
      }
    }
    return names;
  }

  private static Layer layer(Fields node) throws IOException {
    ObjectNode settings = node.free("layer");
    Layer layer = WrittenLayers.read(settings);
    if (layer != null) {
      return layer;
    }
    try {
      return Mapper.LAYERS.treeToValue(settings, Layer.class);
    } catch (JsonProcessingException e) {
      String rule = "a layer with its settings (" + e.getOriginalMessage() + ")";
      UnreadableFileException refusal = node.refusal("layer", rule, node.get("layer"));
      throw new UnreadableFileException(refusal.file(), refusal.place(), refusal.reason(), e);
    }
  }
}
