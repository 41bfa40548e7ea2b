package dev.finetune.graph;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The order of {@code model.layers} in Keras, as its {@code Functional} model computes it. Weight
 * files list layers in this order, and {@code freezeAllBut(n)} counts in it.
 */
final class KerasOrder {

  private KerasOrder() {}

  /** Returns the names of all layers, sorted as {@link LayerGraph#inKerasOrder} describes. */
  static List<String> of(LayerGraph graph) {
    Map<String, Integer> depths = depths(graph);
    Map<String, Integer> met = met(graph);
    return graph.nodes().stream()
        .map(Node::name)
        .sorted(
            Comparator.comparingInt((String name) -> -depths.getOrDefault(name, 0))
                .thenComparingInt(name -> met.getOrDefault(name, Integer.MAX_VALUE)))
        .toList();
  }

  /** Returns the length of the longest path from each layer to an output. */
  private static Map<String, Integer> depths(LayerGraph graph) {
    Map<String, Integer> depths = new HashMap<>();
    for (Node node : graph.nodes().reverse()) {
      int depth = depths.getOrDefault(node.name(), 0);
      node.inputs().forEach(input -> depths.merge(input, depth + 1, Math::max));
    }
    return depths;
  }

  /** Numbers the layers in the order in which a walk from the outputs first reaches them. */
  private static Map<String, Integer> met(LayerGraph graph) {
    Map<String, Integer> met = new HashMap<>();
    Deque<String> open = new ArrayDeque<>();
    graph.outputs().reverse().forEach(open::push);
    while (!open.isEmpty()) {
      String name = open.pop();
      if (met.putIfAbsent(name, met.size()) == null) {
        List<String> inputs = graph.node(name).inputs();
        for (int i = inputs.size() - 1; i >= 0; i--) {
          open.push(inputs.get(i));
        }
      }
    }
    return met;
  }
}
