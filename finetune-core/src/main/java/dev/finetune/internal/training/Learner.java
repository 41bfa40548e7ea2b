package dev.finetune.internal.training;

import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.NormPolicy;
import dev.finetune.engine.TrainableNetwork;
import dev.finetune.graph.LayerGraph;
import dev.finetune.internal.network.Networks;
import dev.finetune.loss.Loss;
import dev.finetune.loss.Targets;
import dev.finetune.train.Optimizer;
import dev.finetune.weights.Weights;
import java.util.Set;

/** Trains a network with a loss and an optimizer, step by step. Used by one thread. */
public final class Learner implements AutoCloseable {

  /**
   * What a step saw before it changed values.
   *
   * @param loss mean over the batch
   * @param correct how many of the batch had their class as the largest output
   */
  public record Step(double loss, int correct) {}

  private final TrainableNetwork network;
  private final Loss loss;
  private final Updates updates;

  /**
   * Creates one of a graph.
   *
   * @param graph ends in one output, the logits
   * @param frozen layers of it that keep their values
   * @param norms where trained batch normalisation has its statistics from
   */
  public static Learner of(
      LayerGraph graph,
      Set<String> frozen,
      Weights weights,
      NormPolicy norms,
      EngineOptions options,
      Loss loss,
      Optimizer optimizer) {
    return of(graph, frozen, weights, norms, options, loss, UpdatePlan.of(optimizer));
  }

  /** Creates one of a graph, whose values change by that plan. */
  static Learner of(
      LayerGraph graph,
      Set<String> frozen,
      Weights weights,
      NormPolicy norms,
      EngineOptions options,
      Loss loss,
      UpdatePlan plan) {
    TrainableNetwork network = Networks.training(graph, frozen, weights, norms, options);
    try {
      return new Learner(network, loss, plan, options.threads());
    } catch (RuntimeException | Error e) {
      network.close();
      throw e;
    }
  }

  /**
   * Creates one, which owns the network.
   *
   * @param threads that change values at a time, at most
   */
  public Learner(TrainableNetwork network, Loss loss, UpdatePlan plan, int threads) {
    this.network = network;
    this.loss = loss;
    this.updates = new Updates(network.parameters(), plan, threads);
  }

  /** Returns the network. */
  public TrainableNetwork network() {
    return network;
  }

  /**
   * Takes a step: one forward and backward pass and an update. Where the loss is not finite no
   * trained value changes.
   *
   * @param seed of this step's dropout
   */
  public Step step(Batch batch, Targets targets, long seed) {
    Step[] step = new Step[1];
    network.differentiate(
        batch,
        seed,
        outputs -> {
          float[][] gradients = new float[outputs.length][];
          int correct = 0;
          for (int i = 0; i < outputs.length; i++) {
            gradients[i] = new float[outputs[i].length];
            correct += largest(outputs[i]) == targets.label(i) ? 1 : 0;
          }
          step[0] = new Step(loss.compute(outputs, targets, gradients), correct);
          return gradients;
        });
    if (Double.isFinite(step[0].loss())) {
      updates.step();
    }
    return step[0];
  }

  /** Returns all that it is at, as a copy. */
  public LearnerState state() {
    return new LearnerState(network.weights(), updates.slots(), updates.steps());
  }

  /**
   * Goes on from where a learner of the same network, optimizer and engine was.
   *
   * @throws IllegalArgumentException if the state is not of such a learner
   */
  public void restore(LearnerState state) {
    network.restore(state.weights());
    updates.restore(state.slots(), state.steps());
  }

  /** The first of equals, as in {@code Prediction}. */
  private static int largest(float[] values) {
    int largest = 0;
    for (int i = 1; i < values.length; i++) {
      largest = values[i] > values[largest] ? i : largest;
    }
    return largest;
  }

  @Override
  public void close() {
    network.close();
  }
}
