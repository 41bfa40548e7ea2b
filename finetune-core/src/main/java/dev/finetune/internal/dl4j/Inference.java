package dev.finetune.internal.dl4j;

import dev.finetune.engine.ConvolutionPath;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Computes the outputs of a layer graph.
 *
 * <p>A Deeplearning4j graph of its own, whose network outputs are what is asked for: asking a graph
 * for layers in its middle leaves workspaces open or frees them too early. Where a graph for
 * training exists beside it, the two share one array of parameters.
 */
final class Inference {

  private final LayerGraph layers;
  private final ComputationGraph graph;
  private final Layout layout;

  private Inference(
      LayerGraph layers, ComputationGraph graph, Layout layout, ConvolutionPath convolutions) {
    this.layers = layers;
    this.graph = graph;
    this.layout = layout;
    if (convolutions == ConvolutionPath.ONEDNN) {
      OneDnn.install(graph);
    }
  }

  /** With parameters of its own, to be set. */
  static Inference of(LayerGraph layers, ConvolutionPath convolutions) {
    Layout layout = Layout.forInference(convolutions);
    ComputationGraph graph = new ComputationGraph(GraphCompiler.forInference(layers, layout));
    graph.init();
    return new Inference(layers, graph, layout, convolutions);
  }

  /** Over the parameters of another graph of the same layers: what changes there changes here. */
  static Inference sharing(
      ComputationGraph owner, LayerGraph layers, ConvolutionPath convolutions) {
    Layout layout = Layout.forInference(convolutions);
    ComputationGraph graph = new ComputationGraph(GraphCompiler.forInference(layers, layout));
    graph.init(owner.params(), false);
    List<String> order = new ArrayList<>(graph.paramTable().keySet());
    List<String> ownersOrder = new ArrayList<>(owner.paramTable().keySet());
    if (!order.equals(ownersOrder)) {
      throw new IllegalStateException(
          "Deeplearning4j lays parameters out differently for training, "
              + ownersOrder
              + ", and inference, "
              + order);
    }
    return new Inference(layers, graph, layout, convolutions);
  }

  ComputationGraph graph() {
    return graph;
  }

  /** What the graph's outputs are: by example, then by output. An input gives itself. */
  float[][][] outputs(Batch batch) {
    List<String> inputs = layers.inputs().stream().map(Node::name).toList();
    List<String> names = layers.outputs();
    List<Shape> shapes = layers.inputs().stream().map(Node::output).toList();
    INDArray[] out = graph.output(false, batch.toArrays(shapes, layout));
    float[][][] all = new float[batch.examples().size()][names.size()][];
    int next = 0;
    for (int k = 0; k < names.size(); k++) {
      int input = inputs.indexOf(names.get(k));
      float[] computed = input >= 0 ? new float[0] : out[next++].dup('c').data().asFloat();
      Shape shape = layers.node(names.get(k)).output();
      for (int i = 0; i < all.length; i++) {
        all[i][k] =
            input >= 0
                ? batch.examples().get(i)[input]
                : layout.leave(computed, i * shape.size(), shape);
      }
    }
    return all;
  }

  /** What the graph's first output is for each example. */
  float[][] output(Batch batch) {
    float[][][] perExample = outputs(batch);
    float[][] first = new float[perExample.length][];
    for (int i = 0; i < first.length; i++) {
      first[i] = perExample[i][0];
    }
    return first;
  }
}
