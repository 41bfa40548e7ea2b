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
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Trains a network step by step with a loss and an optimizer. One thread at a time may use it. */
public final class Learner implements AutoCloseable {

  /**
   * The result of a step, computed before the parameters change.
   *
   * @param loss the mean loss of the batch
   * @param outputs the outputs of the network by example
   */
  public record Step(double loss, List<float[]> outputs) {}

  private final TrainableNetwork network;
  private final Loss loss;
  private final Updates updates;

  /**
   * Creates a learner for a graph. All parameters have the learning rate of the optimizer.
   *
   * @param graph has one output, the logits
   * @param frozen the names of the frozen layers
   * @param weights the initial weights
   * @param norms how trainable batch normalisation gets its inference statistics
   * @throws dev.finetune.engine.EngineException if no engine is available, or the engine does not
   *     support a layer
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

  /** Creates a learner for a graph with an update plan. */
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
   * Creates a learner. It closes the network when it is closed.
   *
   * @param threads the maximum number of threads that update parameters
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
   * Takes a step: a forward pass, a backward pass and an update. If the loss is not finite,
   * parameters do not change.
   *
   * @param seed the seed of dropout and stochastic depth
   */
  public Step step(Batch batch, Targets targets, long seed) {
    Step[] step = new Step[1];
    network.differentiate(
        batch,
        seed,
        outputs -> {
          float[][] gradients = new float[outputs.length][];
          for (int i = 0; i < outputs.length; i++) {
            gradients[i] = new float[outputs[i].length];
          }
          step[0] = new Step(loss.compute(outputs, targets, gradients), Arrays.asList(outputs));
          return gradients;
        });
    if (Double.isFinite(step[0].loss())) {
      updates.step();
    }
    return step[0];
  }

  /** Returns a copy of the state. */
  public LearnerState state() {
    return new LearnerState(network.weights(), updates.slots(), updates.steps());
  }

  /** Takes over the state of a learner of the same run with fewer trainable layers. */
  void takeOver(LearnerState state) {
    updates.takeOver(state.slots(), state.steps());
  }

  /**
   * Restores the state of a learner with the same network, optimizer and engine.
   *
   * @throws IllegalArgumentException if the state is of another learner
   */
  public void restore(LearnerState state) {
    network.restore(state.weights());
    updates.restore(state.slots(), state.steps());
  }

  @Override
  public void close() {
    network.close();
  }
}
