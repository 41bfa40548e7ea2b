package dev.finetune.internal.dl4j;

import dev.finetune.engine.ConvolutionPath;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.Shape;
import dev.finetune.train.Adam;
import dev.finetune.train.Optimizer;
import dev.finetune.weights.Weights;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;

/** The part of a network that trains. Used by one thread. */
public final class TrainableNetwork {

  /**
   * What a step gave.
   *
   * @param loss mean cross-entropy over the batch, before the update
   * @param correct how many of the batch were classified right, before the update
   */
  public record Step(double loss, int correct) {}

  private final LayerGraph layers;
  private final ComputationGraph graph;
  private final Inference inference;
  private final List<Shape> inputs;
  private final int classes;
  private final LogitsListener logits;

  /**
   * @param layers ends in one output, the logits
   * @param frozen layers of it that keep their values
   */
  public TrainableNetwork(
      LayerGraph layers,
      Set<String> frozen,
      Weights weights,
      Optimizer optimizer,
      ConvolutionPath convolutions) {
    Backend.require();
    this.layers = layers;
    this.inputs = layers.inputs().stream().map(Node::output).toList();
    this.classes = layers.outputShape().size();
    this.logits = new LogitsListener(layers.outputs().get(0));
    this.graph = new ComputationGraph(GraphCompiler.withLoss(layers, frozen, updater(optimizer)));
    graph.init();
    Parameters.set(graph, layers, weights);
    if (convolutions == ConvolutionPath.ONEDNN) {
      OneDnn.install(graph);
    }
    graph.addListeners(logits);
    this.inference = Inference.sharing(graph, layers, convolutions);
  }

  /**
   * One forward and backward pass and an update.
   *
   * @param seed of this step's dropout; ND4J's generator is shared by the thread, so it is set anew
   *     for every step and a step does not depend on what ran before
   */
  public Step step(Batch batch, int[] labels, long seed) {
    Nd4j.getRandom().setSeed(seed);
    logits.expect(labels);
    graph.fit(batch.toArrays(inputs, Layout.CHW), new INDArray[] {oneHot(labels)});
    return new Step(graph.score(), logits.correct());
  }

  /** The logits of each example, in inference. */
  public float[][] logits(Batch batch) {
    return inference.output(batch);
  }

  /** The values of its parameters. */
  public Weights weights() {
    return Parameters.get(graph, layers);
  }

  private INDArray oneHot(int[] labels) {
    float[] values = new float[labels.length * classes];
    for (int i = 0; i < labels.length; i++) {
      values[i * classes + labels[i]] = 1;
    }
    return Nd4j.createFromArray(values).reshape('c', labels.length, classes);
  }

  private static IUpdater updater(Optimizer optimizer) {
    if (optimizer instanceof Adam adam) {
      return new org.nd4j.linalg.learning.config.Adam(
          adam.learningRate(), adam.beta1(), adam.beta2(), adam.epsilon());
    }
    throw new IllegalStateException("The engine has no " + optimizer);
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
