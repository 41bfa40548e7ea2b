package dev.finetune.internal.training;

import static com.google.common.base.Preconditions.checkArgument;

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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Supplier;

/** Trains a network step by step with a loss and an optimizer. One thread at a time may use it. */
public final class Learner implements AutoCloseable {

  /**
   * The result of a step, computed before the parameters change.
   *
   * @param loss the mean loss of the batch
   * @param outputs the outputs of the network by example
   */
  public record Step(double loss, List<float[]> outputs) {}

  /**
   * Examples with their targets.
   *
   * @param batch the examples
   * @param targets the targets of the same examples
   */
  public record Labelled(Batch batch, Targets targets) {}

  /**
   * A batch of a step that may have several.
   *
   * @param examples the examples, which need not be in memory before the batch is used; called once
   * @param seed the seed of dropout and stochastic depth
   */
  public record Part(Supplier<Labelled> examples, long seed) {}

  private final TrainableNetwork network;
  private final Loss loss;
  private final Updates updates;
  private final boolean averages;

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
    this.averages = plan.averages();
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
    Step step = differentiate(batch, targets, seed);
    if (Double.isFinite(step.loss())) {
      updates.step();
    }
    return step;
  }

  /**
   * Takes a step for several batches: a forward pass and a backward pass for each, and one update
   * with the gradient of the mean loss of all examples. If a loss is not finite, parameters do not
   * change, and the batches after it are not computed.
   *
   * <p>The update is that of one large batch, except that batch normalisation uses the statistics
   * of each batch, and each batch has its own masks of dropout and stochastic depth.
   *
   * @param parts at least one; with one, the result is that of the other {@code step}
   * @return the mean loss of all examples, and their outputs
   */
  public Step step(List<Part> parts) {
    checkArgument(!parts.isEmpty(), "parts must not be empty");
    return step(parts, OptionalDouble.empty());
  }

  /**
   * Takes a step with a given learning rate.
   *
   * @param rate the learning rate, without the factors of groups
   */
  Step step(Part part, double rate) {
    return step(List.of(part), OptionalDouble.of(rate));
  }

  private Step step(List<Part> parts, OptionalDouble rate) {
    double losses = 0;
    List<float[]> outputs = new ArrayList<>();
    int examples = 0;
    updates.discard();
    for (Part part : parts) {
      Labelled labelled = part.examples().get();
      Step step = differentiate(labelled.batch(), labelled.targets(), part.seed());
      int size = labelled.targets().size();
      losses += step.loss() * size;
      outputs.addAll(step.outputs());
      examples += size;
      if (!Double.isFinite(step.loss())) {
        return new Step(step.loss(), outputs);
      }
      if (parts.size() > 1) {
        updates.accumulate(size);
      }
    }
    if (rate.isPresent()) {
      updates.step(rate.getAsDouble());
    } else {
      updates.step();
    }
    return new Step(losses / examples, outputs);
  }

  private Step differentiate(Batch batch, Targets targets, long seed) {
    Step[] step = new Step[1];
    network.differentiate(
        batch,
        seed,
        outputs -> {
          float[][] gradients = new float[outputs.length][];
          for (int i = 0; i < outputs.length; i++) {
            gradients[i] = new float[outputs[i].length];
          }
          double value =
              Parts.required(
                  "A loss", loss, "compute", () -> loss.compute(outputs, targets, gradients));
          step[0] = new Step(value, Arrays.asList(outputs));
          return gradients;
        });
    return step[0];
  }

  /**
   * Runs something while the parameters have their averaged values, if the plan averages weights.
   * Afterwards, they have exactly the values from before. The network may be evaluated and its
   * statistics may be settled, but steps and states are refused meanwhile.
   *
   * @return what {@code use} returned
   */
  <T> T withAverages(Supplier<T> use) {
    if (!averages) {
      return use.get();
    }
    updates.exchangeAverages();
    try {
      return use.get();
    } finally {
      updates.exchangeAverages();
    }
  }

  /**
   * Returns a copy of the weights, with the averages of the trained parameters if the plan averages
   * weights.
   */
  public Weights averaged() {
    return withAverages(network::weights);
  }

  /** Returns a copy of the state. */
  public LearnerState state() {
    return new LearnerState(network.weights(), updates.slots(), updates.steps());
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

  /**
   * Takes over the slots and the number of steps of a learner with the same optimizer and engine
   * that trained fewer parameters. Parameters that it did not train begin with slots of zero. The
   * weights are not taken over: the networks may have different layers.
   *
   * @throws IllegalArgumentException if the state is of another optimizer, or has slots of
   *     parameters that do not train here
   */
  void takeOver(LearnerState state) {
    updates.takeOver(state.slots(), state.steps());
  }

  @Override
  public void close() {
    network.close();
  }
}
