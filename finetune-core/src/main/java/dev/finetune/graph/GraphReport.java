package dev.finetune.graph;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

  /** Returns a summary of each layer, in the graph's order. */
  public static List<LayerSummary> layers(LayerGraph graph, Set<String> frozen) {
    return graph.nodes().stream()
        .map(
            node ->
                new LayerSummary(
                    node.name(),
                    node.layer().kind(),
                    node.inputs(),
                    node.output().dimensions(),
                    node.parameterCount(),
                    !frozen.contains(node.name()),
                    endOfStage(graph, node.name())))
        .toList();
  }

  private static @Nullable Integer endOfStage(LayerGraph graph, String name) {
    int stage = stage(graph, name);
    return stage == 0 ? null : stage;
  }
}
