package dev.finetune.internal.dl4j;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.Shape;
import dev.finetune.internal.network.Batch;
import dev.finetune.internal.network.Expansion;
import dev.finetune.internal.network.NormPolicy;
import dev.finetune.internal.network.TrainableNetwork;
import dev.finetune.train.Optimizer;
import dev.finetune.weights.Weights;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The part of a network that trains, with Deeplearning4j: on a GPU, or where oneDNN is not. */
public final class Dl4jTraining implements TrainableNetwork {

  private final Expansion expansion;
  private final LayerGraph layers;
  private final ComputationGraph graph;
  private final Dl4jInference inference;
  private final List<Shape> inputs;
  private final int classes;
  private final LogitsListener logits;
  private final Statistics statistics;

  /**
   * @param layers ends in one output, the logits
   * @param frozen layers of it that keep their values
   * @param norms where trained batch normalisation has its statistics from
   */
  public Dl4jTraining(
      LayerGraph layers,
      Set<String> frozen,
      Weights weights,
      NormPolicy norms,
      Optimizer optimizer) {
    this.expansion = Expansion.of(layers);
    this.layers = expansion.graph();
    for (Node node : this.layers.nodes()) {
      checkArgument(
          !Kernels.grouped(node),
          "Deeplearning4j has no grouped convolutions, so layer %s can only be trained with oneDNN,"
              + " or behind the frozen ones",
          node.name());
    }
    this.inputs = this.layers.inputs().stream().map(Node::output).toList();
    this.classes = layers.outputShape().size();
    this.logits = new LogitsListener(layers.outputs().get(0));
    this.graph =
        new ComputationGraph(
            GraphCompiler.withLoss(
                this.layers, expansion.frozen(frozen), Updaters.of(optimizer), Optional.of(norms)));
    graph.init();
    this.statistics = new Statistics(graph, this.layers, expansion.frozen(frozen), norms);
    Parameters.set(graph, this.layers, expansion.expand(weights));
    graph.addListeners(logits);
    this.inference = Dl4jInference.sharing(graph, this.layers);
  }

  /**
   * One forward and backward pass and an update.
   *
   * @param seed of this step's dropout; ND4J's generator is shared by the thread, so it is set anew
   *     for every step and a step does not depend on what ran before
   */
  @Override
  public Step step(Batch batch, int[] labels, long seed) {
    Nd4j.getRandom().setSeed(seed);
    logits.expect(labels);
    graph.fit(Batches.toArrays(batch, inputs), new INDArray[] {oneHot(labels)});
    return new Step(graph.score(), logits.correct());
  }

  @Override
  public float[][] logits(Batch batch) {
    return inference.output(batch);
  }

  @Override
  public boolean recomputesStatistics() {
    return statistics.recomputes();
  }

  @Override
  public void observe(Batch batch) {
    statistics.observe(Batches.toArrays(batch, inputs));
  }

  @Override
  public void settle() {
    statistics.settle();
  }

  @Override
  public Weights weights() {
    return expansion.contract(Parameters.get(graph, layers));
  }

  @Override
  public long bytes(int batch) {
    return Dl4jMemory.training(layers, batch);
  }

  @Override
  public void close() {
    inference.close();
    graph.close();
  }

  private INDArray oneHot(int[] labels) {
    float[] values = new float[labels.length * classes];
    for (int i = 0; i < labels.length; i++) {
      values[i * classes + labels[i]] = 1;
    }
    return Nd4j.createFromArray(values).reshape('c', labels.length, classes);
  }

  /** Counts right answers in the forward pass of a step, so that none is computed for it. */
  private static final class LogitsListener extends BaseTrainingListener {

    private final String layer;
    private int[] labels = {};
    private int correct;

    LogitsListener(String layer) {
      this.layer = layer;
    }

    void expect(int[] expected) {
      labels = expected;
      correct = -1;
    }

    int correct() {
      if (correct < 0) {
        throw new IllegalStateException("Deeplearning4j reported no activations of " + layer);
      }
      return correct;
    }

    @Override
    public void onForwardPass(Model model, Map<String, INDArray> activations) {
      INDArray logits = activations.get(layer);
      correct = 0;
      for (int i = 0; i < labels.length; i++) {
        correct += argMax(logits.getRow(i).toFloatVector()) == labels[i] ? 1 : 0;
      }
    }

    private static int argMax(float[] values) {
      int best = 0;
      for (int i = 1; i < values.length; i++) {
        best = values[i] > values[best] ? i : best;
      }
      return best;
    }
  }
}
