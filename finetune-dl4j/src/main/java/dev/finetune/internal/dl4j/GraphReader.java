package dev.finetune.internal.dl4j;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Add;
import dev.finetune.graph.layer.Concat;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Layer;
import dev.finetune.graph.layer.Multiply;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.Reshape;
import dev.finetune.graph.layer.Shape;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;

/** The reader of Deeplearning4j networks, with the resulting layer graph and weights. */
public final class GraphReader {

  private final ComputationGraph network;
  private final ComputationGraphConfiguration configuration;
  private final LayerGraph.Builder graph = LayerGraph.builder();
  private final Table<String, ParameterRole, Tensor> tensors = HashBasedTable.create();

  /** For each vertex, the name of the layer that computes its output. */
  private final Map<String, String> outputs = new HashMap<>();

  private GraphReader(ComputationGraph network) {
    this.network = network;
    this.configuration = network.getConfiguration();
  }

  /**
   * Reads a network.
   *
   * @param input the shape of an input example
   * @param last the name of the last vertex to read; if empty, the vertex before the output layer
   * @throws IllegalArgumentException if the network is of another type, there is no such vertex, or
   *     a layer or setting is not supported
   */
  public static GraphReader read(Model model, Shape input, Optional<String> last) {
    ComputationGraph network =
        model instanceof MultiLayerNetwork layers
            ? BorrowedRandom.during(layers::toComputationGraph)
            : model instanceof ComputationGraph whole ? whole : refuse(model);
    GraphReader reader = new GraphReader(network);
    reader.readUpTo(input, last.orElseGet(reader::beforeOutput));
    return reader;
  }

  private static ComputationGraph refuse(Model model) {
    throw new IllegalArgumentException(
        "The network must be a ComputationGraph or a MultiLayerNetwork, got "
            + model.getClass().getName());
  }

  /** Returns the layers, in the order in which they were read. */
  public LayerGraph graph() {
    return graph.build();
  }

  /** Returns the values of the layers. */
  public Weights weights() {
    return Weights.of(tensors);
  }

  private String beforeOutput() {
    String output = configuration.getNetworkOutputs().get(0);
    List<String> inputs = configuration.getVertexInputs().get(output);
    checkArgument(
        inputs != null && inputs.size() == 1,
        "Output layer \"%s\" must have 1 input, got %s; pass the name of the backbone's last layer",
        output,
        inputs);
    return inputs.get(0);
  }

  private void readUpTo(Shape input, String last) {
    checkArgument(
        configuration.getVertices().containsKey(last),
        "No layer is named \"%s\"; the layers are %s",
        last,
        configuration.getVertices().keySet());
    checkArgument(
        configuration.getNetworkInputs().size() == 1,
        "The network must have 1 input, got %s",
        configuration.getNetworkInputs());
    String entry = configuration.getNetworkInputs().get(0);
    graph.add(entry, new Input(input));
    outputs.put(entry, entry);
    Set<String> needed = needed(last);
    for (int index : network.topologicalSortOrder()) {
      String name = network.getVertices()[index].getVertexName();
      GraphVertex vertex = configuration.getVertices().get(name);
      if (vertex != null && needed.contains(name)) {
        add(name, vertex, configuration.getVertexInputs().getOrDefault(name, List.of()));
      }
    }
    // The topological order may have other layers after it, which are not read.
    checkArgument(
        graph.last().equals(outputs.get(last)),
        "The last layer of the backbone must be \"%s\", got \"%s\"",
        last,
        graph.last());
  }

  private Set<String> needed(String last) {
    Set<String> found = new HashSet<>();
    List<String> open = new ArrayList<>(List.of(last));
    while (!open.isEmpty()) {
      String name = open.remove(open.size() - 1);
      if (found.add(name)) {
        open.addAll(configuration.getVertexInputs().getOrDefault(name, List.of()));
      }
    }
    return found;
  }

  private void add(String name, GraphVertex vertex, List<String> from) {
    List<String> inputs = from.stream().map(outputs::get).toList();
    if (passes(name, vertex, inputs)) {
      outputs.put(name, inputs.get(0));
    } else if (vertex instanceof LayerVertex layer) {
      String input = preprocessed(name, layer.getPreProcessor(), inputs.get(0));
      LayerReader reader =
          new LayerReader(name, layer.getLayerConf().getLayer(), graph.shape(input));
      String at = input;
      for (LayerReader.Named part : reader.layers()) {
        graph.add(part.name(), part.layer(), at);
        at = part.name();
      }
      tensors.row(name).putAll(reader.tensors(network.getLayer(name).paramTable()));
      tensors.row(name).keySet().removeIf(role -> tensors.get(name, role) == null);
      outputs.put(name, at);
    } else if (vertex instanceof PreprocessorVertex preprocessor) {
      outputs.put(name, preprocessed(name, preprocessor.getPreProcessor(), inputs.get(0)));
    } else {
      Layer layer = joined(name, vertex);
      graph.add(name, layer, inOrder(layer, inputs).toArray(String[]::new));
      outputs.put(name, name);
    }
  }

  /**
   * Returns whether a vertex can be replaced by its input. This holds for a factor of 1, and for
   * the repetition of a value per channel over an image that is only read by products, because
   * {@link Multiply} includes the repetition.
   */
  private boolean passes(String name, GraphVertex vertex, List<String> inputs) {
    if (vertex instanceof ScaleVertex scale) {
      return scale.getScaleFactor() == 1;
    }
    if (!(vertex instanceof LayerVertex layer)
        || !(layer.getLayerConf().getLayer() instanceof Upsampling2D)
        || layer.getPreProcessor() != null) {
      return false;
    }
    Shape shape = graph.shape(inputs.get(0));
    List<String> readers =
        configuration.getVertexInputs().entrySet().stream()
            .filter(entry -> entry.getValue().contains(name))
            .map(Map.Entry::getKey)
            .toList();
    return shape.equals(Shape.image(shape.channels(), 1, 1))
        && !configuration.getNetworkOutputs().contains(name)
        && readers.stream().allMatch(this::multiplies);
  }

  private boolean multiplies(String name) {
    return configuration.getVertices().get(name) instanceof ElementWiseVertex elements
        && elements.getOp() == ElementWiseVertex.Op.Product;
  }

  /** Returns the inputs with the image first, as {@link Multiply} requires. */
  private List<String> inOrder(Layer layer, List<String> inputs) {
    boolean turned =
        layer instanceof Multiply
            && inputs.size() == 2
            && graph.shape(inputs.get(0)).size() < graph.shape(inputs.get(1)).size();
    return turned ? List.of(inputs.get(1), inputs.get(0)) : inputs;
  }

  private static Layer joined(String name, GraphVertex vertex) {
    if (vertex instanceof MergeVertex merge && merge.getMergeAxis() == 1) {
      return new Concat();
    } else if (vertex instanceof ElementWiseVertex elements) {
      switch (elements.getOp()) {
        case Add -> {
          return new Add();
        }
        case Product -> {
          return new Multiply();
        }
        default -> {}
      }
    } else if (vertex instanceof ReshapeVertex reshape
        && reshape.getReshapeOrder() == 'c'
        && reshape.getNewShape().length == 4) {
      int[] shape = reshape.getNewShape();
      return new Reshape(shape[1], shape[2], shape[3]);
    }
    throw new IllegalArgumentException(
        "Vertex \"" + name + "\" must be of a supported type, got " + vertex);
  }

  private String preprocessed(String name, @Nullable InputPreProcessor before, String input) {
    if (before == null) {
      return input;
    }
    String added = graph.contains(name) ? name : name + "/input";
    if (before instanceof CnnToFeedForwardPreProcessor) {
      graph.add(added, new Flatten(), input);
    } else if (before instanceof FeedForwardToCnnPreProcessor image) {
      graph.add(
          added,
          new Reshape(
              (int) image.getNumChannels(),
              (int) image.getInputHeight(),
              (int) image.getInputWidth()),
          input);
    } else {
      throw new IllegalArgumentException(
          "Layer \"" + name + "\" must have a supported preprocessor, got " + before);
    }
    return added;
  }
}
