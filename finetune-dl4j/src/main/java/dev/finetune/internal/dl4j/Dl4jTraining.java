package dev.finetune.internal.dl4j;

import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineException;
import dev.finetune.engine.NormPolicy;
import dev.finetune.engine.Parameter;
import dev.finetune.engine.TrainableNetwork;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Shape;
import dev.finetune.weights.Weights;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** A trainable network of the engine {@code dl4j}. */
public final class Dl4jTraining implements TrainableNetwork {

  private final LayerGraph layers;
  private final ComputationGraph graph;
  private final Dl4jInference inference;
  private final List<Shape> inputs;
  private final int classes;
  private final GivenGradient loss = new GivenGradient();
  private final FlatValues values;
  private final Statistics statistics;

  /**
   * Creates a network.
   *
   * @param layers the graph, of basic layers, with one output: the logits
   * @param frozen the names of the layers that do not train
   * @param weights a value for each parameter; not changed
   * @param norms how trainable batch normalisation gets its inference statistics
   * @throws EngineException if the graph has a grouped convolution that is not depthwise
   */
  public Dl4jTraining(LayerGraph layers, Set<String> frozen, Weights weights, NormPolicy norms) {
    this.layers = layers;
    requireNoGroups();
    this.inputs = this.layers.inputs().stream().map(Node::output).toList();
    this.classes = layers.outputShape().size();
    this.graph =
        BorrowedRandom.network(GraphCompiler.forTraining(this.layers, frozen, norms, loss));
    this.statistics = new Statistics(graph, this.layers, frozen, norms);
    Parameters.set(graph, this.layers, weights);
    this.values = new FlatValues(graph, this.layers, frozen, norms);
    this.inference = Dl4jInference.sharing(graph, this.layers);
  }

  private void requireNoGroups() {
    for (Node node : layers.nodes()) {
      if (Kernels.grouped(node)) {
        throw new EngineException(
            "The engine dl4j cannot compute gradients of grouped convolutions, got layer \""
                + node.name()
                + "\". Use the engine onednn, or freeze this layer and all before it");
      }
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>ND4J's random generator is seeded for every pass and restored afterwards; see {@link
   * BorrowedRandom}.
   */
  @Override
  public void differentiate(Batch batch, long seed, UnaryOperator<float[][]> gradientOf) {
    values.requireOpen();
    if (batch.size() == 1 && Kernels.failsAlone(layers)) {
      // The statistics of a batch of two equal examples are those of one.
      differentiate(Batches.twice(batch), seed, logits -> ofFirst(gradientOf, logits));
      return;
    }
    values.flush();
    loss.expect(gradientOf);
    graph.setInputs(Batches.toArrays(batch, inputs));
    graph.setLabels(Nd4j.zeros(DataType.FLOAT, batch.size(), classes));
    BorrowedRandom.seeded(
        seed,
        () -> {
          graph.computeGradientAndScore();
          return graph;
        });
    graph.clear();
    graph.clearLayersStates();
    values.backward();
  }

  private static float[][] ofFirst(UnaryOperator<float[][]> gradientOf, float[][] logits) {
    float[] first = gradientOf.apply(new float[][] {logits[0]})[0];
    return new float[][] {first, new float[first.length]};
  }

  @Override
  public List<Parameter> parameters() {
    return values.parameters();
  }

  @Override
  public float[][] logits(Batch batch) {
    values.requireOpen();
    values.flush();
    return inference.output(batch);
  }

  @Override
  public boolean recomputesStatistics() {
    return statistics.recomputes();
  }

  @Override
  public void observe(Batch batch) {
    values.requireOpen();
    values.flush();
    boolean alone = batch.size() == 1 && Kernels.failsAlone(layers);
    Batch seen = alone ? Batches.twice(batch) : batch;
    statistics.observe(Batches.toArrays(seen, inputs), batch.size());
  }

  @Override
  public void settle() {
    values.requireOpen();
    statistics.settle();
    values.reload();
  }

  @Override
  public Weights weights() {
    values.requireOpen();
    values.flush();
    return Parameters.get(graph, layers);
  }

  @Override
  public void restore(Weights weights) {
    values.requireOpen();
    Parameters.set(graph, layers, weights);
    values.reload();
  }

  @Override
  public boolean finite() {
    values.requireOpen();
    return weights().nonFinite().isEmpty();
  }

  @Override
  public long bytes(int batch) {
    values.requireOpen();
    return Dl4jMemory.training(layers, batch);
  }

  @Override
  public void close() {
    values.close();
    inference.close();
    graph.close();
  }
}
