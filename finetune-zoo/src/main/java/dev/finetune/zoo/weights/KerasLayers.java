package dev.finetune.zoo.weights;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.zoo.architecture.Definition;
import dev.finetune.zoo.internal.keras.StoredLayer;
import dev.finetune.zoo.internal.keras.StoredModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A matcher of the layers of a Keras file to those of a graph. Layers are matched by name if the
 * names are those of the graph or of Keras 3's classes; otherwise, as in Keras itself, by order, if
 * the number of layers and all shapes fit. Only names and shapes are compared; no value is read.
 */
final class KerasLayers {

  /** What is wanted alone, then with more layers, such as a classifier; a file may have either. */
  private final List<Definition> networks;

  /** The layers whose shapes have to fit. */
  private final LayerGraph wanted;

  /**
   * Creates a matcher.
   *
   * @param networks the networks that a file may have, the wanted one first
   */
  KerasLayers(List<Definition> networks) {
    this.networks = networks;
    this.wanted = networks.get(0).graph();
  }

  LayerGraph wanted() {
    return wanted;
  }

  /** Returns the networks that a file may have, the wanted one first. */
  List<Definition> networks() {
    return networks;
  }

  /**
   * Returns the models that have all layers of a network, and whose shapes fit the wanted layers.
   * Models that have the same tensors count once.
   */
  List<KerasMatch> fitting(List<StoredModel> models) {
    List<KerasMatch> fitting = new ArrayList<>();
    Set<Set<StoredLayer.Stored>> tensors = new HashSet<>();
    Stream.concat(
            models.stream().flatMap(model -> first(model, this::fit)),
            // After those without more layers: a whole model has the layers of its nested ones.
            models.stream().flatMap(model -> first(model, this::fitWithMore)))
        .filter(match -> tensors.add(match.stored(wanted)))
        .forEach(fitting::add);
    return fitting;
  }

  private Stream<KerasMatch> first(
      StoredModel model, BiFunction<StoredModel, Definition, Optional<KerasMatch>> fit) {
    return networks.stream()
        .flatMap(network -> fit.apply(model, network).stream())
        .findFirst()
        .stream();
  }

  private Optional<KerasMatch> fit(StoredModel model, Definition network) {
    LayerGraph graph = network.graph();
    return Stream.of(byName(model, graph), byClass(model, network), byOrder(model, graph))
        .flatMap(named -> fit(model, named, graph).stream())
        .findFirst();
  }

  private Optional<KerasMatch> fitWithMore(StoredModel model, Definition network) {
    return fit(model, withMore(model, network), network.graph());
  }

  private Optional<KerasMatch> fit(
      StoredModel model, Optional<Map<String, StoredLayer>> layers, LayerGraph graph) {
    return layers
        .filter(
            named ->
                named.entrySet().stream().allMatch(e -> known(e.getValue(), e.getKey(), graph)))
        .map(named -> match(model, named, graph))
        .filter(match -> match.problems(wanted).isEmpty());
  }

  /** Returns whether every tensor of a layer has a role, if the layer is wanted. */
  private boolean known(StoredLayer layer, String name, LayerGraph graph) {
    return !wanted.names().contains(name)
        || roles(layer, graph.node(name)).size() == layer.tensors().size();
  }

  /** Matches by the layers' own names; those in a nested model follow the name of that model. */
  private static Optional<Map<String, StoredLayer>> byName(StoredModel model, LayerGraph graph) {
    Set<String> names = new HashSet<>();
    withParameters(graph).forEach(node -> names.add(node.name()));
    return Stream.<Function<StoredLayer, String>>of(StoredLayer::called, StoredLayer::lastName)
        .map(name -> under(name, model))
        .filter(named -> named.keySet().equals(names) && named.size() == model.layers().size())
        .findFirst();
  }

  private static Map<String, StoredLayer> under(
      Function<StoredLayer, String> name, StoredModel model) {
    Map<String, StoredLayer> named = new HashMap<>();
    model.layers().forEach(layer -> named.put(name.apply(layer), layer));
    return named;
  }

  /** Matches by the names that Keras 3 derives from classes. */
  private static Optional<Map<String, StoredLayer>> byClass(StoredModel model, Definition network) {
    if (!model.byClass()) {
      return Optional.empty();
    }
    Map<String, StoredLayer> stored = under(StoredLayer::name, model);
    Map<String, StoredLayer> named = new HashMap<>();
    for (Map.Entry<String, String> entry : KerasNames.byClass(network).entrySet()) {
      StoredLayer layer = stored.get(entry.getValue());
      if (layer != null) {
        named.put(entry.getKey(), layer);
      }
    }
    boolean whole =
        named.size() == model.layers().size()
            && named.size() == withParameters(network.graph()).size();
    return whole ? Optional.of(named) : Optional.empty();
  }

  /** Matches by order. Groups named after classes have none. */
  private static Optional<Map<String, StoredLayer>> byOrder(StoredModel model, LayerGraph graph) {
    List<Node> nodes = withParameters(graph);
    if (model.byClass() || nodes.size() != model.layers().size()) {
      return Optional.empty();
    }
    Map<String, StoredLayer> named = new LinkedHashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      named.put(nodes.get(i).name(), model.layers().get(i));
    }
    return Optional.of(named);
  }

  /**
   * Matches a network with more layers behind it, such as an application's own classifier. They are
   * behind it if they come after it in the file, or if Keras 3 numbered them after its layers.
   */
  private static Optional<Map<String, StoredLayer>> withMore(
      StoredModel model, Definition network) {
    List<Node> nodes = withParameters(network.graph());
    Map<String, StoredLayer> named = new HashMap<>();
    if (model.byClass()) {
      Map<String, StoredLayer> called = under(StoredLayer::called, model);
      KerasNames.byClass(network)
          .forEach(
              (name, group) -> {
                StoredLayer layer = called.get(name);
                if (layer != null && layer.name().equals(group)) {
                  named.put(name, layer);
                }
              });
    } else if (model.layers().size() > nodes.size()) {
      Set<String> names = new HashSet<>();
      nodes.forEach(node -> names.add(node.name()));
      model.layers().subList(0, nodes.size()).stream()
          .filter(layer -> names.contains(layer.lastName()))
          .forEach(layer -> named.put(layer.lastName(), layer));
    }
    return named.size() == nodes.size() ? Optional.of(named) : Optional.empty();
  }

  static List<Node> withParameters(LayerGraph graph) {
    return graph.nodes().stream().filter(n -> !n.parameters().isEmpty()).toList();
  }

  /** Returns the tensors of layers by the names of a graph, with their layouts. */
  static KerasMatch match(StoredModel model, Map<String, StoredLayer> named, LayerGraph graph) {
    Table<String, ParameterRole, KerasMatch.Found> all = HashBasedTable.create();
    named.forEach(
        (name, layer) -> {
          Node node = graph.node(name);
          roles(layer, node)
              .forEach(
                  (spec, stored) ->
                      all.put(
                          name,
                          spec.role(),
                          new KerasMatch.Found(
                              layer, stored, KerasLayouts.of(stored.shape(), node, spec, graph))));
        });
    return new KerasMatch(model, all);
  }

  /** Assigns roles by the names of the tensors if all names are known, otherwise by their order. */
  static Map<ParameterSpec, StoredLayer.Stored> roles(StoredLayer layer, Node node) {
    List<ParameterSpec> specs = node.parameters();
    Map<ParameterSpec, StoredLayer.Stored> named = new HashMap<>();
    for (StoredLayer.Stored stored : layer.tensors()) {
      ParameterRole role = KerasNames.role(stored.name());
      specs.stream()
          .filter(spec -> spec.role() == role)
          .findFirst()
          .ifPresent(spec -> named.put(spec, stored));
    }
    if (named.size() == layer.tensors().size() || layer.tensors().size() != specs.size()) {
      return named;
    }
    Map<ParameterSpec, StoredLayer.Stored> ordered = new HashMap<>();
    for (int i = 0; i < specs.size(); i++) {
      ordered.put(specs.get(i), layer.tensors().get(i));
    }
    return ordered;
  }
}
