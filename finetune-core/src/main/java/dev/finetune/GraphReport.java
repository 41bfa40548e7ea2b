package dev.finetune;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import java.util.Set;

/** The layers of a network as JSON. */
public final class GraphReport {

  private GraphReport() {}

  /** An array with an object for each layer, in order. */
  public static ArrayNode layers(LayerGraph graph, Set<String> frozen) {
    ArrayNode layers = JsonNodeFactory.instance.arrayNode();
    for (Node node : graph.nodes()) {
      ObjectNode layer = layers.addObject();
      layer.put("name", node.name());
      layer.put("kind", node.layer().kind());
      node.inputs().forEach(layer.putArray("inputs")::add);
      node.output().dimensions().forEach(layer.putArray("output")::add);
      layer.put("parameters", node.parameterCount());
      layer.put("trainable", !frozen.contains(node.name()));
    }
    return layers;
  }
}
