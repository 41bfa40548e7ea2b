package dev.finetune.internal.onednn;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.ActivatedLayer;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Layer;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A network in which every activation that a primitive can fuse is part of the convolution or dense
 * layer before it, and every other activation is a separate layer.
 *
 * @param graph the rewritten network
 * @param owners for layers that were renamed, the name under which their parameters are stored
 */
record Fused(LayerGraph graph, Map<String, String> owners) {

  /**
   * Rewrites a network.
   *
   * @param fuses whether the primitives can fuse an activation
   */
  static Fused of(LayerGraph graph, Predicate<Activation> fuses) {
    LayerGraph.Builder builder = LayerGraph.builder();
    Map<String, String> owners = new LinkedHashMap<>();
    Set<String> done = new HashSet<>();
    for (Node node : graph.nodes()) {
      if (done.contains(node.name())) {
        continue;
      }
      String[] inputs = node.inputs().toArray(String[]::new);
      Optional<Node> next = activationBehind(graph, node, fuses);
      Activation own = activation(node.layer());
      if (next.isPresent()) {
        Activation joined = ((Activate) next.get().layer()).activation();
        builder.add(next.get().name(), with(node.layer(), joined), inputs);
        owners.put(next.get().name(), node.name());
        done.add(next.get().name());
      } else if (own != Activation.LINEAR && !fuses.test(own)) {
        String linear = node.name() + "/linear";
        builder.add(linear, with(node.layer(), Activation.LINEAR), inputs);
        builder.add(node.name(), new Activate(own), linear);
        owners.put(linear, node.name());
      } else {
        builder.add(node.name(), node.layer(), inputs);
      }
    }
    return new Fused(builder.build(graph.outputs()), Map.copyOf(owners));
  }

  /**
   * Returns the name under which a layer's parameters are stored: its own unless it was renamed.
   */
  String owner(String name) {
    return owners.getOrDefault(name, name);
  }

  private static Optional<Node> activationBehind(
      LayerGraph graph, Node node, Predicate<Activation> fuses) {
    boolean linear =
        node.layer() instanceof ActivatedLayer layer && layer.activation() == Activation.LINEAR;
    return graph
        .onlyReader(node.name())
        .filter(
            reader ->
                linear
                    && reader.layer() instanceof Activate activate
                    && fuses.test(activate.activation()));
  }

  private static Activation activation(Layer layer) {
    return layer instanceof ActivatedLayer own ? own.activation() : Activation.LINEAR;
  }

  private static Layer with(Layer layer, Activation activation) {
    return ((ActivatedLayer) layer).with(activation);
  }
}
