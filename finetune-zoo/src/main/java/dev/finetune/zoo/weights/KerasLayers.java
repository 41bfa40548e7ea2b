package dev.finetune.zoo.weights;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.ParameterRole;
import dev.finetune.graph.ParameterSpec;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.WeightsException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Brings the layers of a Keras file to those of a graph: by their names where these are the
 * graph's, else, as Keras itself does it, by their order, which then has to fit in number and in
 * every shape.
 */
final class KerasLayers {

  private final String source;

  /** Of the backbone alone and with its classifier; a file may be of either. */
  private final List<LayerGraph> graphs;

  KerasLayers(String source, List<LayerGraph> graphs) {
    this.source = source;
    this.graphs = graphs;
  }

  /**
   * The tensors by layer and role, in this library's layouts.
   *
   * @param models in the file; the first that fits is taken
   * @throws WeightsException if none fits; says what is wrong with the first
   */
  Table<String, ParameterRole, Tensor> assign(List<List<StoredLayer>> models) {
    for (List<StoredLayer> model : models) {
      for (LayerGraph graph : graphs) {
        Optional<Table<String, ParameterRole, Tensor>> fitting =
            byName(model, graph)
                .or(() -> byClass(model, graph))
                .map(named -> convert(named, graph))
                .or(() -> byOrder(model, graph));
        if (fitting.isPresent()) {
          return fitting.get();
        }
      }
    }
    // Nothing fits, so the error compares names.
    return convert(underTheirNames(models.get(0)), graphs.get(graphs.size() - 1));
  }

  private static Map<String, StoredLayer> underTheirNames(List<StoredLayer> model) {
    Map<String, StoredLayer> named = new HashMap<>();
    model.forEach(layer -> named.put(layer.name(), layer));
    return named;
  }

  private static List<Node> withParameters(LayerGraph graph) {
    return graph.nodes().stream().filter(n -> !n.parameters().isEmpty()).toList();
  }

  private static Optional<Map<String, StoredLayer>> byName(
      List<StoredLayer> model, LayerGraph graph) {
    Map<String, StoredLayer> named = underTheirNames(model);
    Set<String> wanted = new HashSet<>();
    withParameters(graph).forEach(node -> wanted.add(node.name()));
    return named.keySet().equals(wanted) ? Optional.of(named) : Optional.empty();
  }

  private static Optional<Map<String, StoredLayer>> byClass(
      List<StoredLayer> model, LayerGraph graph) {
    Map<String, StoredLayer> stored = underTheirNames(model);
    Map<String, StoredLayer> named = new HashMap<>();
    for (Map.Entry<String, String> entry : KerasNames.byClass(graph).entrySet()) {
      StoredLayer layer = stored.get(entry.getValue());
      if (layer != null) {
        named.put(entry.getKey(), layer);
      }
    }
    boolean whole = named.size() == model.size() && named.size() == withParameters(graph).size();
    return whole ? Optional.of(named) : Optional.empty();
  }

  /** Converted already: whether the shapes fit is seen only then. */
  private static Optional<Table<String, ParameterRole, Tensor>> byOrder(
      List<StoredLayer> model, LayerGraph graph) {
    List<Node> nodes = withParameters(graph);
    if (nodes.size() != model.size()) {
      return Optional.empty();
    }
    Table<String, ParameterRole, Tensor> all = HashBasedTable.create();
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      Map<ParameterRole, Tensor> tensors = roles(model.get(i), node, graph);
      boolean fits =
          tensors.size() == model.get(i).tensors().size()
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
                    + " has the tensors "
                    + layer.tensors().stream().map(StoredLayer.Stored::name).toList()
                    + " and the layer takes "
                    + graph.node(name).parameters());
          }
          all.row(name).putAll(tensors);
        });
    if (!problems.isEmpty()) {
      throw new WeightsException(source, problems);
    }
    return all;
  }

  /** By what the tensors are called if that says what all are for, else by their order. */
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
