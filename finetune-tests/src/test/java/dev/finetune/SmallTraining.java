package dev.finetune;

import static dev.finetune.head.HeadLayers.dropout;
import static dev.finetune.head.HeadLayers.globalAveragePooling;

import dev.finetune.backbone.Backbone;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Preprocessing;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.Adam;
import dev.finetune.train.EpochResult;
import dev.finetune.train.History;
import dev.finetune.train.Keep;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.RandomWeights;
import java.util.List;

/** A training of a fraction of a second, with a frozen part and dropout. */
final class SmallTraining {

  static final SyntheticImages TRAIN = new SyntheticImages(3, 30, 8, 1);
  static final SyntheticImages VALID = new SyntheticImages(3, 12, 8, 2);
  static final TrainOptions OPTIONS =
      TrainOptions.defaults().epochs(6).batch(8).optimizer(Adam.adam(1e-2)).keep(Keep.BEST).seed(3);
  static final int STEPS_PER_EPOCH = 4;

  private SmallTraining() {}

  /** Returns three convolutions, each the end of a stage. */
  static Backbone backbone() {
    LayerGraph graph =
        LayerGraph.builder()
            .add("in", new Input(Shape.image(3, 8, 8)))
            .then("first", new Conv2d(6, 3, 1, Padding.SAME, true, Activation.RELU))
            .stage("first")
            .then("second", new Conv2d(6, 3, 1, Padding.SAME, true, Activation.RELU))
            .stage("second")
            .then("third", new Conv2d(8, 3, 2, Padding.SAME, true, Activation.RELU))
            .stage("third")
            .build();
    return Backbone.of(
        "small",
        new InputSpec(8, 8, Preprocessing.TF),
        graph,
        RandomWeights.glorot(graph, 1),
        "seed 1");
  }

  static FineTune fineTune() {
    return FineTune.from(backbone())
        .freezeUpTo("second")
        .head(globalAveragePooling(), dropout(0.2));
  }

  static FineTunedModel train(TrainOptions options) {
    return fineTune().train(TRAIN, VALID, options);
  }

  /** Returns the results of each epoch without its times. */
  static List<List<Double>> timeless(History history) {
    return history.epochs().stream().map(SmallTraining::timeless).toList();
  }

  private static List<Double> timeless(EpochResult e) {
    return List.of(
        (double) e.epoch(), e.trainLoss(), e.trainScore(), e.validLoss(), e.validScore());
  }
}
