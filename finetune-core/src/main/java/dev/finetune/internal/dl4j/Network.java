package dev.finetune.internal.dl4j;

import dev.finetune.engine.ConvolutionPath;
import dev.finetune.graph.LayerGraph;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.learning.config.Adam;

/**
 * A network that computes activations. Safe to use from several threads; one computes at a time.
 */
public final class Network {

  private final LayerGraph layers;
  private final Inference inference;
  private final ComputationGraph graph;

  private Network(LayerGraph layers, Inference inference, ComputationGraph graph) {
    this.layers = layers;
    this.inference = inference;
    this.graph = graph;
  }

  /** Beside a Deeplearning4j graph that is handed out and saved, one for inference. */
  private static Network beside(
      ComputationGraph graph, LayerGraph layers, ConvolutionPath convolutions) {
    if (convolutions == ConvolutionPath.ONEDNN) {
      OneDnn.install(graph);
    }
    return new Network(layers, Inference.sharing(graph, layers, convolutions), graph);
  }

  /** A network that gives the outputs of the graph. */
  public static Network of(LayerGraph layers, Weights weights, ConvolutionPath convolutions) {
    Backend.require();
    Inference inference = Inference.of(layers, convolutions);
    Parameters.set(inference.graph(), layers, weights);
    return new Network(layers, inference, inference.graph());
  }

  /** A network that ends in logits and, in its Deeplearning4j form, softmax and a loss. */
  public static Network classifier(
      LayerGraph layers, Weights weights, ConvolutionPath convolutions) {
    Backend.require();
    ComputationGraph graph =
        new ComputationGraph(GraphCompiler.withLoss(layers, Set.of(), new Adam(1e-4)));
    graph.init();
    Parameters.set(graph, layers, weights);
    return beside(graph, layers, convolutions);
  }

  /** The network that {@link #writeTo} wrote into this zip. */
  public static Network read(LayerGraph layers, Path zip, ConvolutionPath convolutions)
      throws IOException {
    Backend.require();
    ComputationGraph graph = ModelSerializer.restoreComputationGraph(zip.toFile(), false);
    return beside(graph, layers, convolutions);
  }

  /** What the graph's first output is for each example of the batch. */
  public synchronized float[][] output(Batch batch) {
    return inference.output(batch);
  }

  /** What the graph's outputs are: by example, then by output. An input gives itself. */
  public synchronized float[][][] outputs(Batch batch) {
    return inference.outputs(batch);
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
