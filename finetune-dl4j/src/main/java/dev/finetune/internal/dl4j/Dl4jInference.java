package dev.finetune.internal.dl4j;

import dev.finetune.engine.Batch;
import dev.finetune.engine.InferenceNetwork;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Shape;
import dev.finetune.weights.Weights;
import java.nio.FloatBuffer;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An inference network of the engine {@code dl4j}.
 *
 * <p>It is compiled to a separate Deeplearning4j graph with exactly the wanted outputs. Requesting
 * the activations of inner layers from a graph would leave workspaces open or close them too early.
 */
public final class Dl4jInference implements InferenceNetwork {

  private final LayerGraph layers;
  private final ComputationGraph graph;
  private volatile boolean closed;

  /**
   * Creates a network.
   *
   * @param layers the graph, of basic layers
   * @param weights a value for each of its parameters; not changed
   */
  public Dl4jInference(LayerGraph layers, Weights weights) {
    this(layers, BorrowedRandom.network(GraphCompiler.forInference(layers)));
    Parameters.set(graph, layers, weights);
  }

  private Dl4jInference(LayerGraph layers, ComputationGraph graph) {
    this.layers = layers;
    this.graph = graph;
  }

  /**
   * Creates a network that shares the parameters of another Deeplearning4j graph with the same
   * layers, and sees their changes.
   */
  static Dl4jInference sharing(ComputationGraph owner, LayerGraph layers) {
    // The parameters must be passed to init(): an initialised graph silently keeps its own.
    ComputationGraph graph =
        BorrowedRandom.during(
            () -> {
              ComputationGraph made = new ComputationGraph(GraphCompiler.forInference(layers));
              made.init(owner.params(), false);
              return made;
            });
    List<String> order = List.copyOf(graph.paramTable().keySet());
    List<String> ownersOrder = List.copyOf(owner.paramTable().keySet());
    if (!order.equals(ownersOrder)) {
      throw new IllegalStateException(
          "Deeplearning4j must order parameters for inference as for training, "
              + ownersOrder
              + ", got "
              + order);
    }
    return new Dl4jInference(layers, graph);
  }

  @Override
  public float[][][] outputs(Batch batch) {
    requireOpen();
    if (batch.size() == 1 && Kernels.failsAlone(layers)) {
      return new float[][][] {outputs(Batches.twice(batch))[0]};
    }
    List<String> inputs = layers.inputs().stream().map(Node::name).toList();
    List<String> names = layers.outputs();
    List<Shape> shapes = layers.inputs().stream().map(Node::output).toList();
    INDArray[] out = graph.output(false, Batches.toArrays(batch, shapes));
    float[][][] all = new float[batch.size()][names.size()][];
    int next = 0;
    for (int k = 0; k < names.size(); k++) {
      int input = inputs.indexOf(names.get(k));
      int size = layers.node(names.get(k)).output().size();
      FloatBuffer computed =
          FloatBuffer.wrap(input >= 0 ? new float[0] : out[next++].dup('c').data().asFloat());
      for (int i = 0; i < all.length; i++) {
        all[i][k] = new float[size];
        if (input >= 0) {
          batch.example(i, input, shapes.get(input)).get(all[i][k]);
        } else {
          computed.get(all[i][k]);
        }
      }
    }
    return all;
  }

  @Override
  public long bytes(int batch) {
    requireOpen();
    return Dl4jMemory.inference(layers, batch);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The network is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
    graph.close();
  }
}
