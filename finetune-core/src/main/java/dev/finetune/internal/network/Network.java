package dev.finetune.internal.network;

import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.InferenceNetwork;
import dev.finetune.graph.LayerGraph;
import dev.finetune.internal.dl4j.Dl4jGraphs;
import dev.finetune.internal.threads.ComputingThread;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;

/**
 * A network that computes activations. Safe to use from several threads; one computes at a time, on
 * all cores.
 */
public final class Network {

  private final LayerGraph layers;
  private final Weights weights;
  private final InferenceNetwork engine;
  private final ComputingThread thread = new ComputingThread("finetune-network");
  private @Nullable ComputationGraph graph;

  private Network(LayerGraph layers, Weights weights, InferenceNetwork engine) {
    this.layers = layers;
    this.weights = weights;
    this.engine = engine;
  }

  /** A network that gives the outputs of the graph. */
  public static Network of(LayerGraph layers, Weights weights, EngineOptions options) {
    return new Network(layers, weights, Networks.inference(layers, weights, options));
  }

  /** The network that {@link #writeTo} wrote into this zip. */
  public static Network read(LayerGraph layers, Path zip, EngineOptions options)
      throws IOException {
    return of(layers, Dl4jGraphs.read(layers, zip), options);
  }

  /** What the graph's first output is for each example of the batch. */
  public float[][] output(Batch batch) {
    return thread.compute(() -> engine.output(batch));
  }

  /** What the graph's outputs are: by example, then by output. An input gives itself. */
  public float[][][] outputs(Batch batch) {
    return thread.compute(() -> engine.outputs(batch));
  }

  /** The layers it computes. */
  public LayerGraph layers() {
    return layers;
  }

  /** The values of its parameters. */
  public Weights weights() {
    return weights;
  }

  /** A Deeplearning4j graph of the same values, with softmax and a loss behind the logits. */
  public synchronized ComputationGraph graph() {
    if (graph == null) {
      graph = Dl4jGraphs.classifier(layers, weights);
    }
    return graph;
  }

  /** Writes such a graph as a zip in Deeplearning4j's own format. */
  public void writeTo(Path zip) throws IOException {
    ComputationGraph copy = Dl4jGraphs.classifier(layers, weights);
    try {
      Dl4jGraphs.write(copy, zip);
    } finally {
      copy.close();
    }
  }
}
