package dev.finetune.internal.network;

import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.InferenceNetwork;
import dev.finetune.graph.LayerGraph;
import dev.finetune.internal.threads.ComputingThread;
import dev.finetune.weights.Weights;

/**
 * A network that computes activations. Safe to use from several threads; one computes at a time, on
 * all cores.
 */
public final class Network {

  private final LayerGraph layers;
  private final Weights weights;
  private final InferenceNetwork engine;
  private final ComputingThread thread = new ComputingThread("finetune-network");

  private Network(LayerGraph layers, Weights weights, InferenceNetwork engine) {
    this.layers = layers;
    this.weights = weights;
    this.engine = engine;
  }

  /** A network that gives the outputs of the graph. */
  public static Network of(LayerGraph layers, Weights weights, EngineOptions options) {
    return new Network(layers, weights, Networks.inference(layers, weights, options));
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
}
