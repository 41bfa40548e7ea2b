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
 * The parameter values of a network by layer name and role, in the layouts that {@link
 * ParameterRole} defines. Immutable, except that the arrays of the tensors are shared.
 */
public final class Weights {

  private final ImmutableTable<String, ParameterRole, Tensor> tensors;

  private Weights(Table<String, ParameterRole, Tensor> tensors) {
    this.tensors = ImmutableTable.copyOf(tensors);
  }

  /**
   * {@return weights with these tensors; the arrays are not copied}
   *
   * @param tensors the tensors by layer name and role
   */
  public static Weights of(Table<String, ParameterRole, Tensor> tensors) {
    return new Weights(tensors);
  }

  /**
   * {@return the tensors of a layer by role; empty for a layer without parameters or an unknown
   * name}
   *
   * @param name the name of the layer
   */
  public ImmutableMap<ParameterRole, Tensor> layer(String name) {
    return tensors.row(name);
  }

  /**
   * {@return the tensor of a layer for a role}
   *
   * @param layer the name of the layer
   * @param role what the tensor is for
   * @throws IllegalStateException if there is no such tensor
   */
  public Tensor tensor(String layer, ParameterRole role) {
    Tensor tensor = tensors.get(layer, role);
    if (tensor == null) {
      throw new IllegalStateException("No weights for " + label(layer, role));
    }
    return tensor;
  }

  /**
   * {@return the tensor of a layer that fits a specification}
   *
   * @param layer the name of the layer
   * @param spec the required role and shape
   * @throws IllegalStateException if there is no such tensor, or it has another shape
   */
  public Tensor tensor(String layer, ParameterSpec spec) {
    Tensor tensor = tensor(layer, spec.role());
    if (!tensor.shape().equals(spec.shape())) {
      throw new IllegalStateException(
          label(layer, spec.role())
              + " must have the shape "
              + spec.shape()
              + ", got "
              + tensor.shape());
    }
    return tensor;
  }

  /** {@return all tensors by layer name and role} */
  public ImmutableTable<String, ParameterRole, Tensor> tensors() {
    return tensors;
  }

  /**
   * {@return the tensors whose layers are in the graph}
   *
   * @param graph the layers to select
   */
  public Weights only(LayerGraph graph) {
    Table<String, ParameterRole, Tensor> own = HashBasedTable.create();
    graph.names().forEach(name -> own.row(name).putAll(layer(name)));
    return new Weights(own);
  }

  /**
   * {@return the tensors of both; where both have one, the other's is used}
   *
   * @param other the tensors to add
   */
  public Weights plus(Weights other) {
    Table<String, ParameterRole, Tensor> all = HashBasedTable.create(tensors);
    all.putAll(other.tensors);
    return new Weights(all);
  }

  /**
   * Checks that these are exactly the tensors that the graph needs.
   *
   * @param graph the layers and their parameters
   * @param source the origin of the weights, for the message
   * @throws WeightsException if a tensor is missing, superfluous or has the wrong shape; lists all
   *     such tensors
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

  /**
   * {@return a description of each tensor that has NaN or infinity; empty if all values are finite}
   */
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
   * Checks that all values are finite.
   *
   * @param source the origin of the weights, for the message
   * @throws WeightsException if a value is NaN or infinite; lists all tensors with such values
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
