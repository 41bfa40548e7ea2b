package dev.finetune;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Verify.verifyNotNull;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.Sets;
import dev.finetune.backbone.Backbone;
import dev.finetune.freeze.FreezeStrategy;
import dev.finetune.freeze.Phase;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.internal.training.Parts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * How a training changes over its epochs.
 *
 * @param strategies the freeze strategies by their first epoch, with one for epoch 1
 * @param smaller the sides of smaller images by the last epoch that has them; each side is larger
 *     than the one before
 */
record PlanPhases(
    ImmutableSortedMap<Integer, FreezeStrategy> strategies,
    ImmutableSortedMap<Integer, Integer> smaller) {

  /**
   * Returns the phases. A phase begins where other layers are frozen, or images have another size.
   *
   * @throws IllegalArgumentException if a strategy does not fit the backbone, or freezes layers
   *     that train before
   */
  List<Phase> of(Backbone backbone) {
    Map<Integer, Set<String>> frozen = new HashMap<>();
    strategies.forEach(
        (epoch, strategy) -> frozen.put(epoch, frozen(backbone.graph(), epoch, strategy, frozen)));
    SortedSet<Integer> begins = new TreeSet<>(strategies.keySet());
    smaller.keySet().forEach(last -> begins.add(last + 1));
    List<Phase> phases = new ArrayList<>();
    for (int epoch : begins) {
      int since = verifyNotNull(strategies.floorKey(epoch));
      Map.Entry<Integer, Integer> side = smaller.ceilingEntry(epoch);
      phases.add(
          new Phase(
              epoch,
              verifyNotNull(strategies.get(since)).description(),
              verifyNotNull(frozen.get(since)),
              side == null ? OptionalInt.empty() : OptionalInt.of(side.getValue())));
    }
    return phases;
  }

  private static Set<String> chosen(FreezeStrategy strategy, LayerGraph backbone) {
    try {
      return Parts.required(
          "A freeze strategy", strategy, "frozenLayers", () -> strategy.frozenLayers(backbone));
    } catch (IllegalArgumentException e) {
      // The strategy says why it does not fit.
      throw e.getCause() instanceof IllegalArgumentException refusal ? refusal : e;
    }
  }

  private Set<String> frozen(
      LayerGraph backbone, int epoch, FreezeStrategy strategy, Map<Integer, Set<String>> earlier) {
    Set<String> frozen = chosen(strategy, backbone);
    Set<String> unknown = Sets.difference(frozen, backbone.names());
    checkArgument(
        unknown.isEmpty(),
        "A freeze strategy must name layers of the backbone, got %s; the layers are %s",
        unknown,
        backbone.names());
    Integer before = strategies.lowerKey(epoch);
    if (before != null) {
      Set<String> again = Sets.difference(frozen, verifyNotNull(earlier.get(before)));
      checkArgument(
          again.isEmpty(),
          "Unfreezing at epoch %s must not freeze layers that train before, got %s",
          epoch,
          again);
    }
    return frozen;
  }

  /**
   * Returns the network for each smaller side of images.
   *
   * @param graph the network for images of the backbone's own size
   * @param headed appends the head to the layers of the backbone
   * @throws IllegalArgumentException if the network cannot have one of the sides
   */
  Map<Integer, LayerGraph> graphs(
      Backbone backbone, LayerGraph graph, UnaryOperator<LayerGraph> headed) {
    int own = backbone.input().height();
    checkArgument(
        smaller.isEmpty() || own == backbone.input().width(),
        "Smaller images need a backbone with square images, got %s x %s",
        own,
        backbone.input().width());
    ImmutableMap.Builder<Integer, LayerGraph> graphs = ImmutableMap.builder();
    for (int side : smaller.values()) {
      checkArgument(
          side < own,
          "Smaller images must have a side below %s, that of the backbone's images, got %s",
          own,
          side);
      LayerGraph small = graph(backbone, side, headed);
      requireSameParameters(graph, small, own, side);
      graphs.put(side, small);
    }
    return graphs.buildOrThrow();
  }

  private static LayerGraph graph(Backbone backbone, int side, UnaryOperator<LayerGraph> headed) {
    try {
      return headed.apply(backbone.graphAt(side));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Smaller images must fit the network, got the side " + side + ": " + e.getMessage(), e);
    }
  }

  /** Layers without parameters may differ, such as padding that only an odd size needs. */
  private static void requireSameParameters(LayerGraph graph, LayerGraph small, int own, int side) {
    checkArgument(
        learned(small).equals(learned(graph)),
        "The network must have parameters in the same layers for images of any size, got others with"
            + " the side %s than with %s: %s",
        side,
        own,
        Sets.symmetricDifference(learned(small), learned(graph)));
    for (String name : learned(graph)) {
      Node one = graph.node(name);
      Node other = small.node(name);
      checkArgument(
          other.parameters().equals(one.parameters()),
          "The network must have the same parameters for images of any size, got layer \"%s\" with"
              + " %s values for the side %s and %s for %s. Average feature maps instead of flattening"
              + " them",
          name,
          other.parameterCount(),
          side,
          one.parameterCount(),
          own);
    }
  }

  /** Returns the names of the layers that have parameters. */
  private static Set<String> learned(LayerGraph graph) {
    return graph.nodes().stream()
        .filter(node -> !node.parameters().isEmpty())
        .map(Node::name)
        .collect(Collectors.toSet());
  }
}
