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
 * A network divided into a stem, whose output for an image is constant during training, and a tail,
 * which trains.
 *
 * <p>A layer is in the stem if all of its inputs are, and it is frozen, or has no parameters and is
 * not random. The latter are for example pooling and activations behind frozen layers. A frozen
 * layer behind a trainable one is in the tail and keeps its values. Frozen dropout and frozen
 * stochastic depth are off, as in inference.
 *
 * @param stem the layers that are computed once per image; empty if these are only inputs
 * @param tail the layers that train, with an input for each tensor that crosses the cut
 * @param boundary the names of the layers whose output crosses the cut, in order
 * @param frozenInTail the names of the frozen layers of the tail that have parameters
 */
public record Cut(
    Optional<LayerGraph> stem, LayerGraph tail, List<String> boundary, Set<String> frozenInTail) {

  public Cut {
    boundary = List.copyOf(boundary);
    frozenInTail = Set.copyOf(frozenInTail);
  }

  /**
   * Cuts a network in front of its first trainable layers.
   *
   * @param frozen the names of the frozen layers
   */
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

  /** Replaces frozen random layers by the identity. */
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
