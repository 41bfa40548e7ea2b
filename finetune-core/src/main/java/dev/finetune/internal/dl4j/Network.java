package dev.finetune.internal.dl4j;

import dev.finetune.engine.ConvolutionPath;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.Shape;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * A network that computes activations. Safe to use from several threads; one computes at a time.
 */
public final class Network {

  private final LayerGraph layers;
  private final OutputGraph graph;

  private Network(LayerGraph layers, OutputGraph graph, ConvolutionPath convolutions) {
    this.layers = layers;
    this.graph = graph;
    if (convolutions == ConvolutionPath.ONEDNN) {
      OneDnn.install(graph);
    }
  }

  /** A network that gives the outputs of the graph. */
  public static Network of(LayerGraph layers, Weights weights, ConvolutionPath convolutions) {
    Backend.require();
    return of(layers, weights, convolutions, GraphCompiler.forInference(layers, new NoOp()));
  }

  /** A network that ends in logits and, in its Deeplearning4j form, softmax and a loss. */
  public static Network classifier(
      LayerGraph layers, Weights weights, ConvolutionPath convolutions) {
    Backend.require();
    return of(
        layers,
        weights,
        convolutions,
        GraphCompiler.withLoss(
            layers, java.util.Set.of(), new org.nd4j.linalg.learning.config.Adam(1e-4)));
  }

  /** The network that {@link #writeTo} wrote into this zip. */
  public static Network read(LayerGraph layers, Path zip, ConvolutionPath convolutions)
      throws IOException {
    Backend.require();
    ComputationGraph plain = ModelSerializer.restoreComputationGraph(zip.toFile(), false);
    OutputGraph graph = new OutputGraph(plain.getConfiguration());
    graph.init(plain.params(), false);
    return new Network(layers, graph, convolutions);
  }

  private static Network of(
      LayerGraph layers,
      Weights weights,
      ConvolutionPath convolutions,
      ComputationGraphConfiguration configuration) {
    OutputGraph graph = new OutputGraph(configuration);
    graph.init();
    Parameters.set(graph, layers, weights);
    return new Network(layers, graph, convolutions);
  }

  /** What the graph's first output is for each example of the batch. */
  public float[][] output(Batch batch) {
    float[][][] perExample = outputs(batch);
    float[][] first = new float[perExample.length][];
    for (int i = 0; i < first.length; i++) {
      first[i] = perExample[i][0];
    }
    return first;
  }

  /** What the graph's outputs are: by example, then by output. An input gives itself. */
  public synchronized float[][][] outputs(Batch batch) {
    List<String> inputs = layers.inputs().stream().map(Node::name).toList();
    List<String> names = layers.outputs();
    List<String> computed = names.stream().filter(name -> !inputs.contains(name)).toList();
    List<Shape> shapes = layers.inputs().stream().map(Node::output).toList();
    List<String> vertices =
        computed.stream().map(name -> GraphCompiler.outputVertex(layers, name)).toList();
    INDArray[] out = graph.outputsOf(vertices, batch.toArrays(shapes));
    float[][][] split = Examples.split(out, batch.examples().size());
    float[][][] all = new float[split.length][names.size()][];
    for (int i = 0; i < all.length; i++) {
      for (int k = 0; k < names.size(); k++) {
        int at = computed.indexOf(names.get(k));
        all[i][k] = at < 0 ? batch.examples().get(i)[inputs.indexOf(names.get(k))] : split[i][at];
      }
    }
    return all;
  }

  /** The layers it computes. */
  public LayerGraph layers() {
    return layers;
  }

  /** The values of its parameters. */
  public synchronized Weights weights() {
    return Parameters.get(graph, layers);
  }

  /** The Deeplearning4j graph itself. */
  public ComputationGraph graph() {
    return graph;
  }

  /** Writes the graph as a zip in Deeplearning4j's own format. */
  public synchronized void writeTo(Path zip) throws IOException {
    ModelSerializer.writeModel(graph, zip.toFile(), false);
  }
}
