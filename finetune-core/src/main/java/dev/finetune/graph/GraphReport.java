package dev.finetune.graph;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Set;

/** Lists the layers of a graph as a table for people and as JSON for programs. */
public final class GraphReport {

  private GraphReport() {}

  /**
   * Returns a table with a header and one line per layer, in order: name, kind, output shape,
   * number of parameters, and frozen or trainable. Lines of layers that end a stage say so.
   *
   * @param graph the layers
   * @param frozen the names of the frozen layers
   * @return the table; each line ends with a line separator
   */
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

  /** Returns the number, from 1, of the stage that ends in a layer, or 0 if none does. */
  private static int stage(LayerGraph graph, String name) {
    return graph.stages().indexOf(name) + 1;
  }

  /**
   * Returns an array with one object per layer, in order, with {@code name}, {@code kind}, {@code
   * inputs}, {@code output} (the dimensions), {@code parameters} (their number), {@code trainable},
   * and {@code endOfStage} (the number of the stage, from 1) if a stage ends in the layer.
   *
   * @param graph the layers
   * @param frozen the names of the frozen layers
   * @return the array
   */
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
