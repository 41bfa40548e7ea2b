package dev.finetune.zoo.weights;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.Add;
import dev.finetune.zoo.architecture.Definition;
import dev.finetune.zoo.internal.keras.StoredLayer;
import dev.finetune.zoo.internal.keras.StoredModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What to say of a Keras file none of whose models fits a network. */
final class KerasProblems {

  private KerasProblems() {}

  /**
   * Returns the problems of the model that has the most names in common with a network.
   *
   * @param whole the network with its classifier
   * @param wanted the layers that are needed
   */
  static List<String> of(List<StoredModel> models, Definition whole, LayerGraph wanted) {
    return models.stream()
        .map(model -> nearest(model, whole))
        .max(Comparator.comparingLong(nearest -> known(nearest, whole.graph())))
        .map(nearest -> problems(nearest, whole.graph(), wanted))
        .orElse(List.of());
  }

  /** A model with the names of a network, as far as it has them. */
  private record Nearest(StoredModel model, Map<String, StoredLayer> layers) {}

  private static long known(Nearest nearest, LayerGraph graph) {
    return nearest.layers().keySet().stream().filter(graph.names()::contains).count();
  }

  private static Nearest nearest(StoredModel model, Definition network) {
    Map<String, String> layers = new HashMap<>();
    if (model.byClass()) {
      KerasNames.byClass(network).forEach((layer, kind) -> layers.put(kind, layer));
    }
    Map<String, StoredLayer> named = new HashMap<>();
    for (StoredLayer layer : model.layers()) {
      boolean own = network.graph().names().contains(layer.lastName());
      named.put(own ? layer.lastName() : layers.getOrDefault(layer.name(), layer.label()), layer);
    }
    return new Nearest(model, named);
  }

  private static List<String> problems(Nearest nearest, LayerGraph graph, LayerGraph wanted) {
    List<String> problems = new ArrayList<>();
    Map<String, StoredLayer> known = new HashMap<>();
    nearest
        .layers()
        .forEach(
            (name, layer) -> {
              if (!graph.names().contains(name)) {
                problems.add("extra: " + name);
                return;
              }
              known.put(name, layer);
              Node node = graph.node(name);
              if (KerasLayers.roles(layer, node).size() != layer.tensors().size()) {
                problems.add(
                    "extra: "
                        + name
                        + " must have the parameters "
                        + node.parameters()
                        + ", got the tensors "
                        + layer.tensors().stream().map(StoredLayer.Stored::name).toList());
              }
            });
    if (!problems.isEmpty() && known.isEmpty()) {
      return ForeignWeights.problem(problems);
    }
    problems.sort(null);
    problems.addAll(KerasLayers.match(nearest.model(), known, graph).problems(wanted));
    return problems;
  }

  /**
   * Returns the layer at which a file ends, if one of its models has exactly the layers that lead
   * to it, with other layers of its own behind it at most.
   *
   * @param network the network without a classifier
   */
  static Optional<String> end(List<StoredModel> models, Definition network) {
    return models.stream()
        .map(model -> nearest(model, network))
        .flatMap(nearest -> end(nearest, network.graph()).stream())
        .findFirst();
  }

  private static Optional<String> end(Nearest nearest, LayerGraph graph) {
    Map<String, StoredLayer> known = new HashMap<>(nearest.layers());
    known.keySet().retainAll(graph.names());
    KerasMatch match = KerasLayers.match(nearest.model(), known, graph);
    List<String> ends = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Set<String> needed = new HashSet<>(graph.closure(List.of(node.name())));
      needed.removeIf(name -> graph.node(name).parameters().isEmpty());
      if (!needed.isEmpty() && needed.equals(known.keySet())) {
        ends.add(node.name());
      }
    }
    if (ends.isEmpty() || !match.problems(graph.upTo(ends.get(0))).isEmpty()) {
      return Optional.empty();
    }
    // Behind the last layer with parameters the file may or may not list more.
    return last(ends, name -> nearest.model().own().contains(name))
        .or(() -> last(ends, name -> result(graph.node(name))))
        .or(() -> Optional.of(ends.get(0)));
  }

  private static boolean result(Node node) {
    return node.layer() instanceof Activate || node.layer() instanceof Add;
  }

  private static Optional<String> last(List<String> names, Predicate<String> which) {
    return names.stream().filter(which).reduce((first, second) -> second);
  }
}
