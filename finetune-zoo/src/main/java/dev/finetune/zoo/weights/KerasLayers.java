package dev.finetune.zoo.weights;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.WeightsException;
import dev.finetune.zoo.architecture.Definition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A matcher of the layers of a Keras file to those of a graph. Layers are matched by name if the
 * names are those of the graph or of Keras 3's classes; otherwise, as in Keras itself, by order, if
 * the number of layers and all shapes fit.
 */
final class KerasLayers {

  private final String source;

  /** The backbone alone and with its classifier; a file may contain either. */
  private final List<Definition> networks;

  KerasLayers(String source, List<Definition> networks) {
    this.source = source;
    this.networks = networks;
  }

  /**
   * Returns the tensors by layer and role, in this library's layouts.
   *
   * @param models the models in the file; the first one that fits is used
   * @throws WeightsException if none fits; it lists the problems of the model with the most names
   *     in common
   */
  Table<String, ParameterRole, Tensor> assign(List<StoredModel> models) {
    for (StoredModel model : models) {
      for (Definition network : networks) {
        LayerGraph graph = network.graph();
        Optional<Table<String, ParameterRole, Tensor>> fitting =
            byName(model, graph)
                .or(() -> byClass(model, network))
                .map(named -> convert(named, graph))
                .or(() -> byOrder(model, graph));
        if (fitting.isPresent()) {
          return fitting.get();
        }
      }
    }
    // No model fits, so the error compares names.
    Definition whole = networks.get(networks.size() - 1);
    return models.stream()
        .map(model -> nearest(model, whole))
        .max(Comparator.comparingLong(named -> known(named, whole.graph())))
        .map(named -> convert(named, whole.graph()))
        .orElseThrow();
  }

  private static long known(Map<String, StoredLayer> named, LayerGraph graph) {
    return named.keySet().stream().filter(graph.names()::contains).count();
  }

  private static Map<String, StoredLayer> nearest(StoredModel model, Definition network) {
    Map<String, String> layers = new HashMap<>();
    if (model.byClass()) {
      KerasNames.byClass(network).forEach((layer, kind) -> layers.put(kind, layer));
    }
    Map<String, StoredLayer> named = new HashMap<>();
    model
        .layers()
        .forEach(layer -> named.put(layers.getOrDefault(layer.name(), layer.label()), layer));
    return named;
  }

  private static List<Node> withParameters(LayerGraph graph) {
    return graph.nodes().stream().filter(n -> !n.parameters().isEmpty()).toList();
  }

  /** Matches by the layers' own names; those in a nested model follow the name of that model. */
  private static Optional<Map<String, StoredLayer>> byName(StoredModel model, LayerGraph graph) {
    Set<String> wanted = new HashSet<>();
    withParameters(graph).forEach(node -> wanted.add(node.name()));
    return Stream.<Function<StoredLayer, String>>of(StoredLayer::called, StoredLayer::lastName)
        .map(name -> under(name, model))
        .filter(named -> named.keySet().equals(wanted) && named.size() == model.layers().size())
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

  /**
   * Matches by order. The tensors are converted here because only converted shapes can be compared.
   */
  private static Optional<Table<String, ParameterRole, Tensor>> byOrder(
      StoredModel model, LayerGraph graph) {
    List<Node> nodes = withParameters(graph);
    List<StoredLayer> layers = model.layers();
    // Groups named after classes have no order.
    if (model.byClass() || nodes.size() != layers.size()) {
      return Optional.empty();
    }
    Table<String, ParameterRole, Tensor> all = HashBasedTable.create();
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      Map<ParameterRole, Tensor> tensors = roles(layers.get(i), node, graph);
      boolean fits =
          tensors.size() == layers.get(i).tensors().size()
              && node.parameters().stream()
                  .allMatch(
                      spec -> {
                        Tensor tensor = tensors.get(spec.role());
                        return tensor != null && tensor.shape().equals(spec.shape());
                      });
      if (!fits) {
        return Optional.empty();
      }
      all.row(node.name()).putAll(tensors);
    }
    return Optional.of(all);
  }

  private Table<String, ParameterRole, Tensor> convert(
      Map<String, StoredLayer> layers, LayerGraph graph) {
    Table<String, ParameterRole, Tensor> all = HashBasedTable.create();
    List<String> problems = new ArrayList<>();
    layers.forEach(
        (name, layer) -> {
          if (!graph.names().contains(name)) {
            problems.add("extra: " + name);
            return;
          }
          Map<ParameterRole, Tensor> tensors = roles(layer, graph.node(name), graph);
          if (tensors.size() != layer.tensors().size()) {
            problems.add(
                "extra: "
                    + name
                    + " must have the parameters "
                    + graph.node(name).parameters()
                    + ", got the tensors "
                    + layer.tensors().stream().map(StoredLayer.Stored::name).toList());
          }
          all.row(name).putAll(tensors);
        });
    if (!problems.isEmpty()) {
      throw new WeightsException(
          source, all.isEmpty() ? ForeignWeights.problem(problems) : problems);
    }
    return all;
  }

  /** Assigns roles by the names of the tensors if all names are known, otherwise by their order. */
  private static Map<ParameterRole, Tensor> roles(StoredLayer layer, Node node, LayerGraph graph) {
    List<ParameterSpec> specs = node.parameters();
    Map<ParameterRole, Tensor> named = new HashMap<>();
    for (StoredLayer.Stored stored : layer.tensors()) {
      ParameterRole role = KerasNames.role(stored.name());
      specs.stream()
          .filter(spec -> spec.role() == role)
          .findFirst()
          .ifPresent(
              spec ->
                  named.put(spec.role(), KerasLayouts.convert(stored.tensor(), node, spec, graph)));
    }
    if (named.size() == layer.tensors().size() || layer.tensors().size() != specs.size()) {
      return named;
    }
    Map<ParameterRole, Tensor> ordered = new HashMap<>();
    for (int i = 0; i < specs.size(); i++) {
      Tensor tensor = layer.tensors().get(i).tensor();
      ordered.put(specs.get(i).role(), KerasLayouts.convert(tensor, node, specs.get(i), graph));
    }
    return ordered;
  }
}
