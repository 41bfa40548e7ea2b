package dev.finetune.graph;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Set;

/** The layers of a network for people and for programs. */
public final class GraphReport {

  private GraphReport() {}

  /** A table with a line for each layer, in order, below a header; it says where stages end. */
  public static String table(LayerGraph graph, Set<String> frozen) {
    int nameWidth = graph.names().stream().mapToInt(String::length).max().orElse(0);
    String row = "%-" + nameWidth + "s  %-17s  %14s  %12s  %s%n";
    StringBuilder out = new StringBuilder();
    out.append(String.format(row, "layer", "kind", "output (CxHxW)", "parameters", "state"));
    for (Node node : graph.nodes()) {
      out.append(
          String.format(
              Locale.ROOT,
              row,
              node.name(),
              node.layer().kind(),
              node.output(),
              String.format(Locale.ROOT, "%,d", node.parameterCount()),
              (frozen.contains(node.name()) ? "frozen" : "trainable")
                  + stageEnd(graph, node.name())));
    }
    return out.toString();
  }

  private static String stageEnd(LayerGraph graph, String name) {
    int stage = stage(graph, name);
    return stage == 0 ? "" : ", end of stage " + stage;
  }

  /** The number of the stage that ends there, or 0. */
  private static int stage(LayerGraph graph, String name) {
    return graph.stages().indexOf(name) + 1;
  }

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
      if (stage(graph, node.name()) > 0) {
        layer.put("endOfStage", stage(graph, node.name()));
      }
    }
    return layers;
  }
}
