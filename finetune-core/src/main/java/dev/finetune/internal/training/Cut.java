package dev.finetune.internal.training;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Layer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A network cut into a stem, whose output for an image never changes in training, and a tail, which
 * trains.
 *
 * <p>A layer is in the stem if all it reads is, and if it is frozen, or has no parameter to train
 * and draws nothing at random: pooling, activations and the like behind frozen layers. A frozen
 * layer behind a trainable one is in the tail and keeps its values there. Frozen dropout and frozen
 * stochastic depth are off, as in inference.
 *
 * @param stem the layers that are computed once per image; empty if that is only the input
 * @param tail the layers that train, with an input of its own for each tensor that crosses
 * @param boundary the names of the layers whose output crosses the cut, in order
 * @param frozenInTail frozen layers with parameters behind the cut
 */
public record Cut(
    Optional<LayerGraph> stem, LayerGraph tail, List<String> boundary, Set<String> frozenInTail) {

  public Cut {
    boundary = List.copyOf(boundary);
    frozenInTail = Set.copyOf(frozenInTail);
  }

  /** Cuts a network before its first layer that trains. */
  public static Cut of(LayerGraph network, Set<String> frozen) {
    Set<String> constant = constantLayers(network, frozen);
    List<String> boundary = boundary(network, constant);
    LayerGraph.Builder tail = LayerGraph.builder();
    for (String name : boundary) {
      tail.add(name, new Input(network.node(name).output()));
    }
    Set<String> frozenInTail = new LinkedHashSet<>();
    for (Node node : network.nodes()) {
      if (!constant.contains(node.name())) {
        tail.add(
            node.name(),
            inTail(node.layer(), frozen.contains(node.name())),
            node.inputs().toArray(String[]::new));
        if (frozen.contains(node.name()) && !node.parameters().isEmpty()) {
          frozenInTail.add(node.name());
        }
      }
    }
    return new Cut(stem(network, boundary), tail.build(network.outputs()), boundary, frozenInTail);
  }

  /** A frozen layer draws nothing, wherever it is. */
  private static Layer inTail(Layer layer, boolean frozen) {
    return frozen && layer.random() ? new Activate(Activation.LINEAR) : layer;
  }

  private static Set<String> constantLayers(LayerGraph network, Set<String> frozen) {
    Set<String> constant = new LinkedHashSet<>();
    for (Node node : network.nodes()) {
      boolean still =
          frozen.contains(node.name()) || (node.parameters().isEmpty() && !node.layer().random());
      if (still && constant.containsAll(node.inputs())) {
        constant.add(node.name());
      }
    }
    return constant;
  }

  private static List<String> boundary(LayerGraph network, Set<String> constant) {
    Set<String> crossing = new LinkedHashSet<>();
    for (Node node : network.nodes()) {
      if (!constant.contains(node.name())) {
        node.inputs().stream().filter(constant::contains).forEach(crossing::add);
      }
    }
    List<String> ordered = new ArrayList<>(network.names());
    ordered.retainAll(crossing);
    return ordered;
  }

  private static Optional<LayerGraph> stem(LayerGraph network, List<String> boundary) {
    Set<String> needed = network.closure(boundary);
    LayerGraph.Builder stem = LayerGraph.builder();
    for (String name : needed) {
      Node node = network.node(name);
      stem.add(name, node.layer(), node.inputs().toArray(String[]::new));
    }
    boolean onlyInputs = needed.stream().allMatch(n -> network.node(n).layer() instanceof Input);
    return onlyInputs ? Optional.empty() : Optional.of(stem.build(boundary));
  }
}
