package dev.finetune.internal.network;

import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.InferenceNetwork;
import dev.finetune.graph.LayerGraph;
import dev.finetune.internal.threads.ComputingThread;
import dev.finetune.weights.Weights;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.function.Function;

/**
 * A network that computes activations. Safe to use from several threads; one computes at a time, on
 * all cores. Its native memory is given back when it is closed, or when nothing refers to it.
 */
public final class Network implements AutoCloseable {

  private static final Cleaner CLEANER = Cleaner.create();

  private final LayerGraph graph;
  private final Weights weights;
  private final Computation computation;
  private final Cleaner.Cleanable cleanable;

  private Network(LayerGraph graph, Weights weights, InferenceNetwork network) {
    this.graph = graph;
    this.weights = weights;
    this.computation = new Computation(network);
    this.cleanable = CLEANER.register(this, computation);
  }

  /** What computes, and nothing that refers to the network: the cleaner keeps it. */
  private static final class Computation implements Runnable {
    private final InferenceNetwork network;
    private final ComputingThread thread = new ComputingThread("finetune-network");

    /** Read and written on the computing thread only. */
    private boolean closed;

    Computation(InferenceNetwork network) {
      this.network = network;
    }

    InferenceNetwork open() {
      if (closed) {
        throw new IllegalStateException("A network computes until it is closed, and it is closed");
      }
      return network;
    }

    /** Closes, behind what was asked for before. */
    @Override
    public void run() {
      thread.compute(
          () -> {
            closed = true;
            network.close();
            return closed;
          });
    }
  }

  /** Creates a network that gives the outputs of the graph. */
  public static Network of(LayerGraph graph, Weights weights, EngineOptions options) {
    return new Network(graph, weights, Networks.inference(graph, weights, options));
  }

  /**
   * Returns the graph's first output for each example of the batch.
   *
   * @throws IllegalStateException if the network is closed
   */
  public float[][] output(Batch batch) {
    return compute(network -> network.output(batch));
  }

  /**
   * Returns the graph's outputs: by example, then by output. An input gives itself.
   *
   * @throws IllegalStateException if the network is closed
   */
  public float[][][] outputs(Batch batch) {
    return compute(network -> network.outputs(batch));
  }

  private <T> T compute(Function<InferenceNetwork, T> function) {
    try {
      return computation.thread.compute(() -> function.apply(computation.open()));
    } finally {
      // While it computes it is in use, even if nothing else refers to it: the cleaner has to wait.
      Reference.reachabilityFence(this);
    }
  }

  /** Returns the layers that it computes. */
  public LayerGraph graph() {
    return graph;
  }

  /** Returns the values of its parameters. */
  public Weights weights() {
    return weights;
  }

  /** Gives back its native memory, once what is being computed is done. Later calls do nothing. */
  @Override
  public void close() {
    cleanable.clean();
  }
}
