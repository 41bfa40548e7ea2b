package dev.finetune.internal.dl4j;

import dev.finetune.engine.NormPolicy;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Multiply;
import dev.finetune.graph.layer.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * The compiler of layer graphs to Deeplearning4j configurations. Vertices have the layers' names.
 */
final class GraphCompiler {

  /** The name of the last vertex of a graph with a loss: softmax of the logits. */
  private static final String PREDICTIONS = "predictions";

  private GraphCompiler() {}

  /**
   * Returns a configuration for inference.
   *
   * <p>Deeplearning4j frees the memory of an output too early if another layer reads it. Such an
   * output is copied by an additional vertex that nothing reads: see {@link #outputVertex}.
   */
  static ComputationGraphConfiguration forInference(LayerGraph graph) {
    ComputationGraphConfiguration.GraphBuilder builder =
        builder(graph, Set.of(), new NoOp(), Optional.empty());
    List<String> vertices = new ArrayList<>();
    for (String name : graph.outputs()) {
      String vertex = outputVertex(graph, name);
      if (!vertex.equals(name)) {
        builder.addVertex(vertex, new ScaleVertex(1.0), name);
      }
      // Deeplearning4j does not accept an input as an output; the caller copies it.
      if (!(graph.node(name).layer() instanceof Input)) {
        vertices.add(vertex);
      }
    }
    if (vertices.isEmpty()) {
      String copy = graph.outputs().get(0) + "/copy"; // required by Deeplearning4j, but not read
      builder.addVertex(copy, new ScaleVertex(1.0), graph.outputs().get(0));
      vertices.add(copy);
    }
    return builder.setOutputs(vertices.toArray(String[]::new)).build();
  }

  /** Returns the name of the vertex that has an output of a graph compiled for inference. */
  private static String outputVertex(LayerGraph graph, String output) {
    Node node = graph.node(output);
    boolean read = !(node.layer() instanceof Input) && !graph.readers(output).isEmpty();
    // Deeplearning4j's batch normalisation of vectors needs a workspace that outputs lack.
    boolean lacksWorkspace = node.layer() instanceof BatchNorm && node.output().flat();
    return read || lacksWorkspace ? output + "/copy" : output;
  }

  /**
   * Returns a configuration for training, in which no updater changes parameters. It is never
   * saved, so it may contain classes of this package.
   *
   * @param loss the loss of the graph's only output, the logits
   */
  static ComputationGraphConfiguration forTraining(
      LayerGraph graph, Set<String> frozen, NormPolicy norms, ILossFunction loss) {
    return ending(
        graph,
        builder(graph, frozen, new NoOp(), Optional.of(norms)),
        new LossLayer.Builder(loss).activation(Activation.IDENTITY).build());
  }

  /** Returns a configuration with softmax and cross-entropy after the only output, the logits. */
  static ComputationGraphConfiguration withLoss(LayerGraph graph, IUpdater updater) {
    return ending(
        graph,
        builder(graph, Set.of(), updater, Optional.empty()),
        new LossLayer.Builder(LossFunctions.LossFunction.MCXENT)
            .activation(Activation.SOFTMAX)
            .build());
  }

  private static ComputationGraphConfiguration ending(
      LayerGraph graph, ComputationGraphConfiguration.GraphBuilder builder, LossLayer loss) {
    String predictions =
        graph.names().contains(PREDICTIONS) ? PREDICTIONS + "/softmax" : PREDICTIONS;
    return builder
        .addLayer(predictions, loss, graph.outputs().get(0))
        .setOutputs(predictions)
        .build();
  }

  private static ComputationGraphConfiguration.GraphBuilder builder(
      LayerGraph graph, Set<String> frozen, IUpdater updater, Optional<NormPolicy> training) {
    ComputationGraphConfiguration.GraphBuilder builder =
        new NeuralNetConfiguration.Builder()
            .dataType(DataType.FLOAT)
            .updater(updater)
            // Values are set afterwards, so random ones would be wasted.
            .weightInit(WeightInit.ZERO)
            .activation(Activation.IDENTITY)
            .trainingWorkspaceMode(WorkspaceMode.ENABLED)
            .inferenceWorkspaceMode(WorkspaceMode.ENABLED)
            .graphBuilder()
            .validateOutputLayerConfig(false);
    builder.addInputs(graph.inputs().stream().map(Node::name).toList());
    builder.setInputTypes(
        graph.inputs().stream().map(n -> inputType(n.output())).toArray(InputType[]::new));
    Set<String> ownMemory = new HashSet<>();
    for (Node node : graph.nodes()) {
      if (!(node.layer() instanceof Input)) {
        LayerConfigurations.Configured configured =
            LayerConfigurations.of(
                node, inputShapes(graph, node), frozen.contains(node.name()), training);
        if (configured.ownMemory()) {
          ownMemory.add(node.name());
        }
        add(builder, graph, node, configured, ownMemory);
      }
    }
    return builder;
  }

  private static void add(
      ComputationGraphConfiguration.GraphBuilder builder,
      LayerGraph graph,
      Node node,
      LayerConfigurations.Configured configured,
      Set<String> ownMemory) {
    List<Shape> shapes = inputShapes(graph, node);
    String[] inputs = node.inputs().toArray(String[]::new);
    if (node.layer() instanceof Activate && !mayOverwrite(graph, inputs[0], ownMemory)) {
      String own = node.name() + "/input";
      builder.addVertex(own, new ScaleVertex(1.0), inputs[0]);
      inputs[0] = own;
    }
    if (node.layer() instanceof Multiply && !shapes.get(0).equals(shapes.get(1))) {
      // Deeplearning4j can only multiply equal shapes, so each channel's factor is repeated.
      String spread = node.name() + "/spread";
      int[] size = {node.output().height(), node.output().width()};
      builder.addLayer(spread, new Upsampling2D.Builder().size(size).build(), inputs[1]);
      inputs[1] = spread;
    }
    if (configured instanceof LayerConfigurations.Configured.OfLayer of) {
      builder.addLayer(node.name(), of.layer(), inputs);
    } else if (configured instanceof LayerConfigurations.Configured.OfVertex of) {
      builder.addVertex(node.name(), of.vertex(), inputs);
    }
  }

  private static List<Shape> inputShapes(LayerGraph graph, Node node) {
    return node.inputs().stream().map(i -> graph.node(i).output()).toList();
  }

  private static InputType inputType(Shape shape) {
    return shape.flat()
        ? InputType.feedForward(shape.channels())
        : InputType.convolutional(shape.height(), shape.width(), shape.channels());
  }

  /**
   * Returns whether an activation layer may overwrite its input, as Deeplearning4j's do in
   * inference: no other layer may read the input, and it must not share memory with another value,
   * such as the caller's arrays.
   */
  private static boolean mayOverwrite(LayerGraph graph, String name, Set<String> ownMemory) {
    return ownMemory.contains(name) && graph.onlyReader(name).isPresent();
  }
}
