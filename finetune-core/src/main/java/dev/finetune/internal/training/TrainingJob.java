package dev.finetune.internal.training;

import dev.finetune.data.ImageSource;
import dev.finetune.engine.EngineOptions;
import dev.finetune.freeze.Phase;
import dev.finetune.graph.LayerGraph;
import dev.finetune.image.InputSpec;
import dev.finetune.loss.Loss;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.Weights;
import java.util.List;
import java.util.Set;

/**
 * Everything that a training run needs.
 *
 * @param graph backbone and head; its output is the logits
 * @param pretrained the names of the layers with pretrained values, those of the backbone
 * @param phases the frozen layers over time; the first phase begins with epoch 1
 * @param initial the initial weights of all layers
 * @param input the size and preprocessing of the images
 * @param engine the engine and its options
 * @param data the images and their targets
 * @param options the settings of the run
 * @param states observers that can copy the state between steps
 * @param models writes the model of the best epoch to a file
 */
public record TrainingJob(
    LayerGraph graph,
    Set<String> pretrained,
    List<Phase> phases,
    Weights initial,
    InputSpec input,
    EngineOptions engine,
    TaskData data,
    TrainOptions options,
    List<StateObserver> states,
    ModelWriter models) {

  public TrainingJob {
    phases = List.copyOf(phases);
  }

  /** Returns a copy with other initial weights of all layers. */
  public TrainingJob startingFrom(Weights weights) {
    return new TrainingJob(
        graph, pretrained, phases, weights, input, engine, data, options, states, models);
  }

  /** Returns the training images. */
  ImageSource train() {
    return data.train();
  }

  /** Returns the validation images. */
  ImageSource valid() {
    return data.valid();
  }

  /** Returns the loss to minimise. */
  Loss loss() {
    return options.loss().orElseGet(data.task()::usualLoss);
  }

  /** Returns the number of images per step; the last step of an epoch may have fewer. */
  int imagesPerStep() {
    return Math.multiplyExact(options.batch(), options.accumulate());
  }

  /** Returns the number of steps of an epoch. */
  int steps() {
    return (train().size() + imagesPerStep() - 1) / imagesPerStep();
  }

  /** Returns the index of the phase that an epoch is in. */
  int phaseOf(int epoch) {
    int index = 0;
    while (index + 1 < phases.size() && phases.get(index + 1).firstEpoch() <= epoch) {
      index++;
    }
    return index;
  }

  /** Returns the last epoch of a phase. */
  int lastEpoch(int phase) {
    return phase + 1 < phases.size()
        ? Math.min(options.epochs(), phases.get(phase + 1).firstEpoch() - 1)
        : options.epochs();
  }
}
