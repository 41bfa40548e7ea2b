package dev.finetune.internal.training;

import static com.google.common.base.Verify.verifyNotNull;

import dev.finetune.data.ImageSource;
import dev.finetune.engine.EngineOptions;
import dev.finetune.freeze.Phase;
import dev.finetune.graph.LayerGraph;
import dev.finetune.head.HeadGraph;
import dev.finetune.image.InputSpec;
import dev.finetune.loss.Loss;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.Weights;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything that a training run needs.
 *
 * @param graph backbone and head; its output is the logits, which may be followed by outputs that
 *     only the loss uses
 * @param smallerGraphs the same network for each smaller side of images that a phase has
 * @param pretrained the names of the layers with pretrained values, those of the backbone
 * @param phases the frozen layers and the sides of images over time; the first phase begins with
 *     epoch 1
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
    Map<Integer, LayerGraph> smallerGraphs,
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
    smallerGraphs = Map.copyOf(smallerGraphs);
    phases = List.copyOf(phases);
  }

  /** Returns a copy with other initial weights of all layers. */
  public TrainingJob startingFrom(Weights weights) {
    return new TrainingJob(
        graph,
        smallerGraphs,
        pretrained,
        phases,
        weights,
        input,
        engine,
        data,
        options,
        states,
        models);
  }

  /** Returns a copy with other images and targets. */
  TrainingJob with(TaskData other) {
    return new TrainingJob(
        graph,
        smallerGraphs,
        pretrained,
        phases,
        initial,
        input,
        engine,
        other,
        options,
        states,
        models);
  }

  /** Returns a copy whose network and input are those of a phase. */
  TrainingJob at(int phase) {
    if (phases.get(phase).side().isEmpty()) {
      return this;
    }
    int side = phases.get(phase).side().getAsInt();
    return new TrainingJob(
        verifyNotNull(smallerGraphs.get(side)),
        smallerGraphs,
        pretrained,
        phases,
        initial,
        new InputSpec(side, side, input.preprocessing()),
        engine,
        data,
        options,
        states,
        models);
  }

  /**
   * Returns the weights of all layers of the model: those up to the logits.
   *
   * @param trained the weights of the layers that train
   */
  Weights ofModel(Weights trained) {
    return initial.plus(trained).only(graph.upTo(HeadGraph.LOGITS));
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
  public Loss loss() {
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

  /** Returns the first epoch since which images have the same size as in an epoch. */
  int sameSizeSince(int epoch) {
    int index = phaseOf(epoch);
    while (index > 0 && phases.get(index - 1).side().equals(phases.get(index).side())) {
      index--;
    }
    return phases.get(index).firstEpoch();
  }

  /** Returns the last epoch of a phase. */
  int lastEpoch(int phase) {
    return phase + 1 < phases.size()
        ? Math.min(options.epochs(), phases.get(phase + 1).firstEpoch() - 1)
        : options.epochs();
  }
}
