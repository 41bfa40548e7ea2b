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
 * A network that computes activations. It is safe to use from several threads; the calls run one
 * after another, each on all cores. Its native memory is released when it is closed or no longer
 * reachable.
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

  /**
   * The state that the cleaner needs. It must not refer to the {@link Network}, which would never
   * become unreachable.
   */
  private static final class Computation implements Runnable {
    private final InferenceNetwork network;
    private final ComputingThread thread = new ComputingThread("finetune-network");

    /** Whether the network is closed. Read and written on the computing thread only. */
    private boolean closed;

    Computation(InferenceNetwork network) {
      this.network = network;
    }

    InferenceNetwork open() {
      if (closed) {
        throw new IllegalStateException("The network must be open, got a closed one");
      }
      return network;
    }

    /** Closes the network after the computations that were requested before. */
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

  /**
   * Creates a network that computes the outputs of a graph.
   *
   * @param weights a tensor for each parameter of the graph
   * @throws dev.finetune.engine.EngineException if no engine is available, or the engine does not
   *     support a layer
   */
  public static Network of(LayerGraph graph, Weights weights, EngineOptions options) {
    return new Network(graph, weights, Networks.inference(graph, weights, options));
  }

  /**
   * Computes the first output of the graph: the values of each example.
   *
   * @throws IllegalStateException if the network is closed
   */
  public float[][] output(Batch batch) {
    return compute(network -> network.output(batch));
  }

  /**
   * Computes all outputs of the graph: by example, then by output. An output that is an input of
   * the graph has the values of the input.
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
      // The cleaner must not close the network while it computes, even if the caller drops it.
      Reference.reachabilityFence(this);
    }
  }

  /** Returns the graph that the network computes. */
  public LayerGraph graph() {
    return graph;
  }

  /** Returns the weights that the network was created with. */
  public Weights weights() {
    return weights;
  }

  /** Waits for running computations and releases the native memory. Later calls do nothing. */
  @Override
  public void close() {
    cleanable.clean();
  }
}
