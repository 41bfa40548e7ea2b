package dev.finetune.weights;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableTable;
import com.google.common.collect.Table;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The parameter values of a network, by layer name and role, in the layouts of {@link
 * ParameterRole}.
 */
public final class Weights {

  private final ImmutableTable<String, ParameterRole, Tensor> tensors;

  private Weights(Table<String, ParameterRole, Tensor> tensors) {
    this.tensors = ImmutableTable.copyOf(tensors);
  }

  /** Weights of those tensors. */
  public static Weights of(Table<String, ParameterRole, Tensor> tensors) {
    return new Weights(tensors);
  }

  /** The tensors of a layer; empty for one without parameters. */
  public ImmutableMap<ParameterRole, Tensor> layer(String name) {
    return tensors.row(name);
  }

  /**
   * The tensor of a layer.
   *
   * @throws IllegalStateException if there is none
   */
  public Tensor tensor(String layer, ParameterRole role) {
    Tensor tensor = tensors.get(layer, role);
    if (tensor == null) {
      throw new IllegalStateException("No " + role + " for " + layer);
    }
    return tensor;
  }

  /**
   * The tensor that a layer needs.
   *
   * @throws IllegalStateException if there is none, or it has another shape
   */
  public Tensor tensor(String layer, ParameterSpec spec) {
    Tensor tensor = tensor(layer, spec.role());
    if (!tensor.shape().equals(spec.shape())) {
      throw new IllegalStateException("No fitting " + spec + " for " + layer + ": " + tensor);
    }
    return tensor;
  }

  /** All tensors by layer and role. */
  public ImmutableTable<String, ParameterRole, Tensor> tensors() {
    return tensors;
  }

  /** Returns those of the layers of a graph only. */
  public Weights only(LayerGraph graph) {
    Table<String, ParameterRole, Tensor> own = HashBasedTable.create();
    graph.names().forEach(name -> own.row(name).putAll(layer(name)));
    return new Weights(own);
  }

  /** These and the other's; a tensor that both have is the other's. */
  public Weights plus(Weights other) {
    Table<String, ParameterRole, Tensor> all = HashBasedTable.create(tensors);
    all.putAll(other.tensors);
    return new Weights(all);
  }

  /**
   * Checks that these are exactly the tensors that the graph needs.
   *
   * @param source where they come from, for the message
   * @throws WeightsException one that lists every missing, extra and mis-shaped tensor
   */
  public void requireMatch(LayerGraph graph, String source) {
    List<String> problems = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Map<ParameterRole, Tensor> given = layer(node.name());
      for (ParameterSpec spec : node.parameters()) {
        Tensor tensor = given.get(spec.role());
        if (tensor == null) {
          problems.add("missing: " + label(node.name(), spec.role()) + " " + spec.shape());
        } else if (!tensor.shape().equals(spec.shape())) {
          problems.add(
              "shape: "
                  + label(node.name(), spec.role())
                  + " expected "
                  + spec.shape()
                  + ", got "
                  + tensor.shape());
        }
      }
    }
    for (String layer : tensors.rowKeySet()) {
      for (ParameterRole role : layer(layer).keySet()) {
        boolean known =
            graph.names().contains(layer)
                && graph.node(layer).parameters().stream().anyMatch(s -> s.role() == role);
        if (!known) {
          problems.add("extra: " + label(layer, role));
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new WeightsException(source, problems);
    }
  }

  /** What is not finite: a text for each tensor with NaN or infinity that names it. */
  public List<String> nonFinite() {
    return tensors.rowKeySet().parallelStream()
        .flatMap(
            layer ->
                layer(layer).entrySet().stream()
                    .filter(entry -> entry.getValue().firstNonFinite().isPresent())
                    .map(entry -> nonFinite(label(layer, entry.getKey()), entry.getValue())))
        .toList();
  }

  private static String nonFinite(String label, Tensor tensor) {
    int at = tensor.firstNonFinite().orElseThrow();
    return label + " " + tensor.shape() + " has " + tensor.values()[at] + " at value " + at;
  }

  /**
   * Checks that every value is a number.
   *
   * @param source where they come from, for the message
   * @throws WeightsException one that lists every tensor with NaN or infinity
   */
  public void requireFinite(String source) {
    List<String> problems = nonFinite();
    if (!problems.isEmpty()) {
      throw WeightsException.nonFinite(source, problems);
    }
  }

  private static String label(String layer, ParameterRole role) {
    return layer + "/" + role.name().toLowerCase(Locale.ROOT);
  }
}
