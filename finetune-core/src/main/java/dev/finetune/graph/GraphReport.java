package dev.finetune.graph;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lists the layers of a graph as a table for people and as values for programs. */
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
   * {@return a summary of each layer, in the graph's order}
   *
   * @param graph the layers
   * @param frozen the names of the frozen layers
   */
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
