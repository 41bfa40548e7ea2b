package dev.finetune.internal.network;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import com.google.common.primitives.Floats;
import dev.finetune.engine.Parameter;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.CompositeLayer;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.graph.layer.Part;
import dev.finetune.graph.layer.Shape;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A graph whose composite layers are replaced by basic ones, which all engines support. A separable
 * convolution, for example, becomes two convolutions. Each kind of layer defines its own parts; see
 * {@link dev.finetune.graph.layer.Layer#parts}.
 */
public final class Expansion {

  private final LayerGraph original;
  private final LayerGraph graph;

  private Expansion(LayerGraph original, LayerGraph graph) {
    this.original = original;
    this.graph = graph;
  }

  /** Expands a graph. A graph of basic layers only is used as it is. */
  public static Expansion of(LayerGraph original) {
    if (original.nodes().stream().noneMatch(n -> n.layer() instanceof CompositeLayer)) {
      return new Expansion(original, original);
    }
    LayerGraph.Builder builder = LayerGraph.builder();
    for (Node node : original.nodes()) {
      String[] inputs = node.inputs().toArray(String[]::new);
      for (Part part : parts(original, node)) {
        builder.add(part.name(node.name()), part.layer(), inputs);
        inputs = new String[] {part.name(node.name())};
      }
    }
    return new Expansion(original, builder.build(original.outputs()));
  }

  private static List<Part> parts(LayerGraph original, Node node) {
    List<Shape> inputs = node.inputs().stream().map(i -> original.node(i).output()).toList();
    return node.layer().parts(inputs);
  }

  /** Returns the expanded graph. It has the same outputs. */
  public LayerGraph graph() {
    return graph;
  }

  /**
   * Returns the layers of the expanded graph that must be frozen: the parts of frozen layers, and
   * the parts whose values are constants.
   *
   * @param frozen the names of the frozen layers of the original graph
   */
  public Set<String> frozen(Set<String> frozen) {
    Set<String> all = new HashSet<>(frozen);
    for (Node node : original.nodes()) {
      for (Part part : parts(original, node)) {
        String name = part.name(node.name());
        if (frozen.contains(node.name()) || constant(part, graph.node(name))) {
          all.add(name);
        }
      }
    }
    return all;
  }

  /** Returns whether a part has parameters with a learned role and all of them are constants. */
  private static boolean constant(Part part, Node written) {
    List<ParameterRole> learned =
        written.parameters().stream()
            .map(ParameterSpec::role)
            .filter(ParameterRole::learned)
            .toList();
    return !learned.isEmpty() && part.constants().keySet().containsAll(learned);
  }

  /** Returns the weights of the expanded graph from those of the original graph. */
  public Weights expand(Weights weights) {
    if (graph == original) {
      return weights;
    }
    Table<String, ParameterRole, Tensor> tensors = HashBasedTable.create();
    for (Node node : original.nodes()) {
      for (Part part : parts(original, node)) {
        String name = part.name(node.name());
        for (ParameterSpec spec : graph.node(name).parameters()) {
          float[] values = values(part, spec.role(), node, weights);
          tensors.put(name, spec.role(), Tensor.of(spec.shape(), values));
        }
      }
    }
    return Weights.of(tensors);
  }

  private static float[] values(Part part, ParameterRole role, Node original, Weights weights) {
    List<Double> constant = part.constants().get(role);
    if (constant != null) {
      return Floats.toArray(constant);
    }
    return weights.tensor(original.name(), own(part, role, original)).values();
  }

  /** Returns the tensor of the original layer that has the values of a tensor of a part. */
  private static ParameterSpec own(Part part, ParameterRole role, Node original) {
    return original.parameters().stream()
        .filter(spec -> spec.role() == part.own().get(role))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("No " + role + " for " + original.name()));
  }

  /**
   * Returns the weights of the original graph from those of the expanded graph. A tensor that no
   * part reads has no effect and becomes zeros.
   */
  public Weights contract(Weights expanded) {
    if (graph == original) {
      return expanded;
    }
    Table<String, ParameterRole, Tensor> tensors = HashBasedTable.create();
    for (Node node : original.nodes()) {
      List<Part> parts = parts(original, node);
      for (ParameterSpec spec : node.parameters()) {
        float[] values =
            parts.stream()
                .flatMap(part -> written(part, spec.role(), node, expanded))
                .findFirst()
                .map(Tensor::values)
                .orElseGet(() -> new float[Math.toIntExact(spec.count())]);
        tensors.put(node.name(), spec.role(), Tensor.of(spec.shape(), values));
      }
    }
    return Weights.of(tensors);
  }

  /** Returns parameters of the expanded graph as parameters of the original graph. */
  public List<Parameter> originals(List<Parameter> written) {
    if (graph == original) {
      return written;
    }
    Table<String, ParameterRole, Parameter> byRole = HashBasedTable.create();
    written.forEach(p -> byRole.put(p.layer(), p.spec().role(), p));
    List<Parameter> originals = new ArrayList<>();
    for (Node node : original.nodes()) {
      for (Part part : parts(original, node)) {
        String name = part.name(node.name());
        for (ParameterSpec spec : graph.node(name).parameters()) {
          Parameter parameter = byRole.get(name, spec.role());
          if (parameter != null) {
            ParameterSpec own = own(part, spec.role(), node);
            originals.add(new OriginalParameter(node.name(), own, parameter));
          }
        }
      }
    }
    return List.copyOf(originals);
  }

  /**
   * Returns the tensors of a part that have the values of the original layer's tensor of a role.
   */
  private Stream<Tensor> written(Part part, ParameterRole own, Node original, Weights expanded) {
    String name = part.name(original.name());
    return graph.node(name).parameters().stream()
        .filter(spec -> part.own().get(spec.role()) == own)
        .map(spec -> expanded.tensor(name, spec));
  }
}
