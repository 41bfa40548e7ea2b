package dev.finetune.graph;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Layer;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.graph.layer.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A directed acyclic graph of layers, in an order in which every layer follows those it reads.
 *
 * <p>The order is the one in which the layers were added and is the one that {@code
 * freezeAllBut(n)} counts in, as Keras counts {@code model.layers}: input and pooling included, and
 * {@linkplain #counted() few} left out.
 */
public final class LayerGraph {

  private final ImmutableMap<String, Node> nodes;
  private final ImmutableList<String> outputs;
  private final ImmutableList<String> stages;
  private final ImmutableSet<String> uncounted;

  private LayerGraph(
      Map<String, Node> nodes, List<String> outputs, List<String> stages, Set<String> uncounted) {
    this.nodes = ImmutableMap.copyOf(nodes);
    this.outputs = ImmutableList.copyOf(outputs);
    this.stages = ImmutableList.copyOf(stages);
    this.uncounted = ImmutableSet.copyOf(uncounted);
  }

  /** Starts an empty graph. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts a graph with this one's layers, to add more behind them. */
  public Builder toBuilder() {
    return new Builder(nodes, stages, uncounted);
  }

  /** All nodes in order. */
  public ImmutableList<Node> nodes() {
    return nodes.values().asList();
  }

  /** The names of all nodes in order. */
  public ImmutableSet<String> names() {
    return nodes.keySet();
  }

  /**
   * The names of the nodes that Keras counts as layers, in order: all but sums that Keras has as
   * plain operations, and but all nodes after the first of those that it has together in one layer.
   */
  public List<String> counted() {
    return names().stream().filter(name -> !uncounted.contains(name)).toList();
  }

  /** The nodes where data enters, in order. */
  public List<Node> inputs() {
    return nodes().stream().filter(n -> n.layer() instanceof Input).toList();
  }

  /** The names of the nodes whose activations the graph gives. */
  public ImmutableList<String> outputs() {
    return outputs;
  }

  /**
   * The names of the layers that its stages end in, from the input on; empty if it has none. A
   * stage is a part of a network at whose end it is usual to cut, such as all blocks of one
   * resolution.
   */
  public ImmutableList<String> stages() {
    return stages;
  }

  /**
   * The same graph with its layers in the order in which Keras lists those of a functional model:
   * by the longest way to the output, the longest first, and where that is equal in the order in
   * which a walk from the output back to the input, depth first, meets them.
   */
  public LayerGraph inKerasOrder() {
    Map<String, Node> ordered = new LinkedHashMap<>();
    KerasOrder.of(this).forEach(name -> ordered.put(name, node(name)));
    return new LayerGraph(ordered, outputs, stages, uncounted);
  }

  /** The shape of the first output. */
  public Shape outputShape() {
    return node(outputs.get(0)).output();
  }

  /**
   * The node of that name.
   *
   * @throws IllegalArgumentException if there is none; the message names similar ones
   */
  public Node node(String name) {
    Node node = nodes.get(name);
    if (node == null) {
      throw new IllegalArgumentException(
          "The network has no layer \"" + name + "\"; its layers are " + nodes.keySet());
    }
    return node;
  }

  /** The nodes that read that one, in order. */
  public List<Node> readers(String name) {
    return nodes().stream().filter(n -> n.inputs().contains(name)).toList();
  }

  /** The node that alone sees what that one gives; empty if several do, or none, or the caller. */
  public Optional<Node> onlyReader(String name) {
    List<Node> readers = readers(name);
    return readers.size() == 1 && !outputs.contains(name)
        ? Optional.of(readers.get(0))
        : Optional.empty();
  }

  /** The named nodes and all they depend on, in order. */
  public Set<String> closure(Collection<String> names) {
    Set<String> found = new LinkedHashSet<>();
    names.forEach(n -> found.add(node(n).name()));
    // Nodes follow what they read, so one pass from the back meets every consumer first.
    for (Node node : nodes().reverse()) {
      if (found.contains(node.name())) {
        found.addAll(node.inputs());
      }
    }
    Set<String> ordered = new LinkedHashSet<>(nodes.keySet());
    ordered.retainAll(found);
    return ordered;
  }

  /** The graph of that layer and all it depends on, with that layer's output. */
  public LayerGraph upTo(String name) {
    Builder builder = new Builder();
    closure(List.of(name)).forEach(n -> builder.nodes.put(n, node(n)));
    stages.stream().filter(builder.nodes::containsKey).forEach(builder.stages::add);
    uncounted.stream().filter(builder.nodes::containsKey).forEach(builder.uncounted::add);
    return builder.build(List.of(name));
  }

  /** All parameters, running statistics included. */
  public long parameterCount() {
    return nodes().stream().mapToLong(Node::parameterCount).sum();
  }

  /** The parameters that gradients change while those layers are frozen. */
  public long trainableParameterCount(Set<String> frozen) {
    return nodes().stream()
        .filter(n -> !frozen.contains(n.name()))
        .mapToLong(Node::learnedParameterCount)
        .sum();
  }

  /** Collects layers; {@link #build()} gives the graph. */
  public static final class Builder {

    private final Map<String, Node> nodes;
    private final List<String> stages;
    private final Set<String> uncounted;

    private Builder() {
      this(Map.of(), List.of(), Set.of());
    }

    private Builder(
        Map<String, Node> nodes, Collection<String> stages, Collection<String> uncounted) {
      this.nodes = new LinkedHashMap<>(nodes);
      this.stages = new ArrayList<>(stages);
      this.uncounted = new LinkedHashSet<>(uncounted);
    }

    /**
     * Adds a layer behind the ones it reads.
     *
     * @throws IllegalArgumentException if the name is taken, an input is not there yet, or the
     *     shapes do not fit
     */
    public Builder add(String name, Layer layer, String... inputs) {
      List<Shape> shapes = inputShapes(name, inputs);
      try {
        Shape output = layer.outputShape(shapes);
        List<ParameterSpec> parameters = layer.parameters(shapes);
        parameters.forEach(ParameterSpec::requireArray);
        nodes.put(name, new Node(name, layer, List.of(inputs), output, parameters));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("Layer \"" + name + "\": " + e.getMessage(), e);
      }
      return this;
    }

    private List<Shape> inputShapes(String name, String... inputs) {
      checkArgument(!name.isBlank(), "A layer's name is not blank");
      checkArgument(!nodes.containsKey(name), "Layer names are unique; got \"%s\" twice", name);
      List<Shape> shapes = new ArrayList<>();
      for (String input : inputs) {
        Node node = nodes.get(input);
        checkArgument(
            node != null,
            "Layer \"%s\" reads \"%s\", which is not there; so far: %s",
            name,
            input,
            nodes.keySet());
        shapes.add(node.output());
      }
      return shapes;
    }

    /**
     * Adds the layers of a block behind the ones that it reads.
     *
     * @param name of the block's last layer
     * @throws IllegalArgumentException if the name is taken, an input is not there yet, the shapes
     *     do not fit, or the block's layers have other names than {@link Block#addTo} allows; then
     *     nothing is added
     */
    public Builder add(String name, Block block, String... inputs) {
      inputShapes(name, inputs);
      Builder with = new Builder(nodes, stages, uncounted);
      block.addTo(with, name, inputs);
      List<String> added =
          with.nodes.keySet().stream().filter(layer -> !nodes.containsKey(layer)).toList();
      checkArgument(
          with.nodes.containsKey(name)
              && with.last().equals(name)
              && added.stream().allMatch(n -> n.equals(name) || n.startsWith(name + "/")),
          "A block's last layer has the block's name, and the names of the others begin with it and"
              + " a slash; block \"%s\" added %s",
          name,
          added);
      nodes.putAll(with.nodes);
      stages.addAll(with.stages.subList(stages.size(), with.stages.size()));
      uncounted.addAll(with.uncounted);
      return this;
    }

    /** Adds a layer behind the one added last. */
    public Builder then(String name, Layer layer) {
      return add(name, layer, last());
    }

    /** Adds the layers of a block behind the layer added last. */
    public Builder then(String name, Block block) {
      return add(name, block, last());
    }

    /** Whether a layer of that name is there. */
    public boolean contains(String name) {
      return nodes.containsKey(name);
    }

    /** The name of the layer added last. */
    public String last() {
      checkArgument(!nodes.isEmpty(), "The graph has no layer yet; add an input first");
      return ImmutableList.copyOf(nodes.keySet()).reverse().get(0);
    }

    /** The shape that the layer added last gives. */
    public Shape lastShape() {
      return shape(last());
    }

    /**
     * The shape that a layer gives.
     *
     * @throws IllegalArgumentException if it is not there
     */
    public Shape shape(String name) {
      Node node = nodes.get(name);
      checkArgument(node != null, "There is no layer \"%s\" so far: %s", name, nodes.keySet());
      return node.output();
    }

    /** Says that a stage ends in that layer, which is there; see {@link LayerGraph#stages()}. */
    public Builder stage(String name) {
      shape(name);
      stages.add(name);
      return this;
    }

    /**
     * Says that Keras does not count that layer, which is there; see {@link LayerGraph#counted()}.
     */
    public Builder uncounted(String name) {
      shape(name);
      uncounted.add(name);
      return this;
    }

    /** The graph whose output is the layer added last. */
    public LayerGraph build() {
      return build(List.of(last()));
    }

    /** The graph with these outputs. */
    public LayerGraph build(List<String> outputs) {
      checkArgument(
          !outputs.isEmpty() && nodes.keySet().containsAll(outputs),
          "Outputs name layers of the graph; got %s, layers %s",
          outputs,
          nodes.keySet());
      return new LayerGraph(nodes, outputs, stages, uncounted);
    }
  }
}
