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
 * An immutable directed acyclic graph of layers. Every layer follows its inputs.
 *
 * <p>The layers are in the order in which they were added. {@code freezeAllBut(n)} counts them in
 * this order like Keras counts {@code model.layers}: input and pooling layers are included, and
 * {@linkplain #counted() a few layers} are left out.
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

  /** {@return a builder without layers} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return a builder that starts with the layers, stages and uncounted layers of this graph} */
  public Builder toBuilder() {
    return new Builder(nodes, stages, uncounted);
  }

  /** {@return all nodes, in order} */
  public ImmutableList<Node> nodes() {
    return nodes.values().asList();
  }

  /** {@return the names of all nodes, in order} */
  public ImmutableSet<String> names() {
    return nodes.keySet();
  }

  /**
   * {@return the names of the nodes that Keras counts as layers, in order} Left out are sums that
   * are plain operations in Keras, and all but the first of several nodes that are one layer in
   * Keras.
   */
  public List<String> counted() {
    return names().stream().filter(name -> !uncounted.contains(name)).toList();
  }

  /** {@return the nodes with an {@link Input} layer, in order} */
  public List<Node> inputs() {
    return nodes().stream().filter(n -> n.layer() instanceof Input).toList();
  }

  /** {@return the names of the nodes whose activations are the outputs of the graph} */
  public ImmutableList<String> outputs() {
    return outputs;
  }

  /**
   * {@return the name of the last layer of each stage, from the input on; empty if the graph has no
   * stages} A stage is a part of a network after which it is usual to cut, such as all blocks of
   * one resolution.
   */
  public ImmutableList<String> stages() {
    return stages;
  }

  /**
   * {@return the same graph with its layers in the order in which Keras lists those of a functional
   * model} Keras sorts layers by the length of the longest path to an output, the longest first.
   * Layers with equal lengths are in the order in which a depth-first walk from the outputs back to
   * the inputs first reaches them.
   */
  public LayerGraph inKerasOrder() {
    Map<String, Node> ordered = new LinkedHashMap<>();
    KerasOrder.of(this).forEach(name -> ordered.put(name, node(name)));
    return new LayerGraph(ordered, outputs, stages, uncounted);
  }

  /**
   * {@return the same layers for an input of another shape} Parameters may have other shapes, such
   * as those of a dense layer behind flattened feature maps.
   *
   * @param shape the shape of the input, per example
   * @throws IllegalArgumentException if the graph does not have exactly one input, or a layer does
   *     not accept the shapes that result
   */
  public LayerGraph withInput(Shape shape) {
    checkArgument(
        inputs().size() == 1, "A graph must have one input to change its shape, got %s", inputs());
    Builder builder = new Builder(Map.of(), stages, uncounted);
    for (Node node : nodes()) {
      Layer layer = node.layer() instanceof Input ? new Input(shape) : node.layer();
      builder.add(node.name(), layer, node.inputs().toArray(String[]::new));
    }
    return builder.build(outputs);
  }

  /** {@return the shape of the first output, per example} */
  public Shape outputShape() {
    return node(outputs.get(0)).output();
  }

  /**
   * Returns the node with a name.
   *
   * @param name the name of a node
   * @return the node
   * @throws IllegalArgumentException if no node has the name; the message lists all names
   */
  public Node node(String name) {
    Node node = nodes.get(name);
    if (node == null) {
      throw new IllegalArgumentException(
          "No layer is named \"" + name + "\"; the layers are " + nodes.keySet());
    }
    return node;
  }

  /**
   * Returns the nodes that have a node as an input.
   *
   * @param name the name of a node
   * @return its readers, in order
   */
  public List<Node> readers(String name) {
    return nodes().stream().filter(n -> n.inputs().contains(name)).toList();
  }

  /**
   * Returns the only consumer of a node's activations.
   *
   * @param name the name of a node
   * @return the only node that reads it; empty if several nodes or none read it, or if it is an
   *     output of the graph
   */
  public Optional<Node> onlyReader(String name) {
    List<Node> readers = readers(name);
    return readers.size() == 1 && !outputs.contains(name)
        ? Optional.of(readers.get(0))
        : Optional.empty();
  }

  /**
   * Returns nodes and everything that they depend on, directly or indirectly.
   *
   * @param names names of nodes
   * @return the names of these nodes and of their ancestors, in order
   * @throws IllegalArgumentException if no node has one of the names
   */
  public Set<String> closure(Collection<String> names) {
    Set<String> found = new LinkedHashSet<>();
    names.forEach(n -> found.add(node(n).name()));
    // Nodes follow their inputs, so one backward pass visits every reader before what it reads.
    for (Node node : nodes().reverse()) {
      if (found.contains(node.name())) {
        found.addAll(node.inputs());
      }
    }
    Set<String> ordered = new LinkedHashSet<>(nodes.keySet());
    ordered.retainAll(found);
    return ordered;
  }

  /**
   * Returns the part of this graph that computes one layer.
   *
   * @param name the name of a node
   * @return the graph of this node and of everything that it depends on; the node is its output
   * @throws IllegalArgumentException if no node has the name
   */
  public LayerGraph upTo(String name) {
    Builder builder = new Builder();
    closure(List.of(name)).forEach(n -> builder.nodes.put(n, node(n)));
    stages.stream().filter(builder.nodes::containsKey).forEach(builder.stages::add);
    uncounted.stream().filter(builder.nodes::containsKey).forEach(builder.uncounted::add);
    return builder.build(List.of(name));
  }

  /** {@return the number of parameter values, running statistics included} */
  public long parameterCount() {
    return nodes().stream().mapToLong(Node::parameterCount).sum();
  }

  /**
   * Returns the number of parameter values that gradients change.
   *
   * @param frozen the names of the frozen layers
   * @return the number of values with a learned role in layers that are not frozen
   */
  public long trainableParameterCount(Set<String> frozen) {
    return nodes().stream()
        .filter(n -> !frozen.contains(n.name()))
        .mapToLong(Node::learnedParameterCount)
        .sum();
  }

  /** A mutable collection of layers from which {@link #build()} creates a graph. */
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
     * Adds a layer.
     *
     * @param name a name that no layer has yet; not blank
     * @param layer the layer
     * @param inputs the names of the layers that it reads, in order; none for an {@link Input}
     * @return this builder
     * @throws IllegalArgumentException if the name is blank or taken, an input has not been added,
     *     or the layer does not accept the shapes of its inputs
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
      checkArgument(!name.isBlank(), "Layer names must not be blank, got \"%s\"", name);
      checkArgument(!nodes.containsKey(name), "Layer names must be unique, got \"%s\" twice", name);
      List<Shape> shapes = new ArrayList<>();
      for (String input : inputs) {
        Node node = nodes.get(input);
        checkArgument(
            node != null,
            "Layer \"%s\" must have inputs that were added before it, got \"%s\"; the layers so"
                + " far are %s",
            name,
            input,
            nodes.keySet());
        shapes.add(node.output());
      }
      return shapes;
    }

    /**
     * Adds the layers of a block.
     *
     * @param name the name of the block's last layer; not blank, and no layer has it yet
     * @param block adds the layers
     * @param inputs the names of the layers that the block reads, in order
     * @return this builder
     * @throws IllegalArgumentException if the name is blank or taken, an input has not been added,
     *     a layer does not accept the shapes of its inputs, or the layers have other names than
     *     {@link Block#addTo} allows. Nothing is added then.
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
          "The last layer of block \"%s\" must be named \"%s\", and the names of its other layers"
              + " must start with \"%s/\", got %s",
          name,
          name,
          name,
          added);
      nodes.putAll(with.nodes);
      stages.addAll(with.stages.subList(stages.size(), with.stages.size()));
      uncounted.addAll(with.uncounted);
      return this;
    }

    /**
     * Adds a layer that reads the layer added last.
     *
     * @param name a name that no layer has yet; not blank
     * @param layer the layer
     * @return this builder
     * @throws IllegalArgumentException if no layer has been added, the name is blank or taken, or
     *     the layer does not accept the shape of its input
     */
    public Builder then(String name, Layer layer) {
      return add(name, layer, last());
    }

    /**
     * Adds the layers of a block that reads the layer added last.
     *
     * @param name the name of the block's last layer; not blank, and no layer has it yet
     * @param block adds the layers
     * @return this builder
     * @throws IllegalArgumentException if no layer has been added, or as {@link #add(String, Block,
     *     String...)} throws it
     */
    public Builder then(String name, Block block) {
      return add(name, block, last());
    }

    /**
     * Returns whether a layer with a name has been added.
     *
     * @param name any name
     * @return whether a layer has this name
     */
    public boolean contains(String name) {
      return nodes.containsKey(name);
    }

    /**
     * Returns the name of the layer added last.
     *
     * @return the name
     * @throws IllegalArgumentException if no layer has been added
     */
    public String last() {
      checkArgument(!nodes.isEmpty(), "The graph must have a layer, got none; add an input first");
      return ImmutableList.copyOf(nodes.keySet()).reverse().get(0);
    }

    /**
     * Returns the output shape of the layer added last.
     *
     * @return the shape, per example
     * @throws IllegalArgumentException if no layer has been added
     */
    public Shape lastShape() {
      return shape(last());
    }

    /**
     * Returns the output shape of a layer.
     *
     * @param name the name of a layer
     * @return the shape, per example
     * @throws IllegalArgumentException if no layer with this name has been added
     */
    public Shape shape(String name) {
      Node node = nodes.get(name);
      checkArgument(
          node != null, "No layer is named \"%s\"; the layers so far are %s", name, nodes.keySet());
      return node.output();
    }

    /**
     * Marks a layer as the last one of a {@linkplain LayerGraph#stages() stage}.
     *
     * @param name the name of a layer
     * @return this builder
     * @throws IllegalArgumentException if no layer with this name has been added
     */
    public Builder stage(String name) {
      shape(name);
      stages.add(name);
      return this;
    }

    /**
     * Marks a layer as one that Keras does not {@linkplain LayerGraph#counted() count}.
     *
     * @param name the name of a layer
     * @return this builder
     * @throws IllegalArgumentException if no layer with this name has been added
     */
    public Builder uncounted(String name) {
      shape(name);
      uncounted.add(name);
      return this;
    }

    /**
     * Creates a graph with one output, the layer added last.
     *
     * @return the graph
     * @throws IllegalArgumentException if no layer has been added
     */
    public LayerGraph build() {
      return build(List.of(last()));
    }

    /**
     * Creates a graph.
     *
     * @param outputs the names of the layers that are the outputs, at least one
     * @return the graph
     * @throws IllegalArgumentException if {@code outputs} is empty or names a layer that has not
     *     been added
     */
    public LayerGraph build(List<String> outputs) {
      checkArgument(
          !outputs.isEmpty() && nodes.keySet().containsAll(outputs),
          "Outputs must be one or more layers of the graph, got %s; the layers are %s",
          outputs,
          nodes.keySet());
      return new LayerGraph(nodes, outputs, stages, uncounted);
    }
  }
}
