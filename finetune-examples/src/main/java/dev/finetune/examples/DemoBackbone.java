package dev.finetune.examples;

import dev.finetune.backbone.Backbone;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.MaxPool;
import dev.finetune.graph.layer.Padding;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Preprocessing;
import dev.finetune.weights.RandomWeights;

/** A small convolutional network for drawn signs: four blocks with batch normalisation. */
final class DemoBackbone {

  /** The side of the input images, in pixels. */
  static final int SIDE = 48;

  private static final int[] FILTERS = {16, 32, 64, 96};

  private DemoBackbone() {}

  /** Creates the network with random initial values. */
  static Backbone untrained(long seed) {
    InputSpec input = new InputSpec(SIDE, SIDE, Preprocessing.TF);
    LayerGraph.Builder graph = LayerGraph.builder().add("input", new Input(input.shape()));
    for (int block = 1; block <= FILTERS.length; block++) {
      String prefix = "block" + block + "_";
      graph.then(
          prefix + "conv",
          new Conv2d(FILTERS[block - 1], 3, 1, Padding.SAME, false, Activation.LINEAR));
      graph.then(prefix + "norm", new BatchNorm(1e-3, 0.9));
      graph.then(prefix + "relu", new Activate(Activation.RELU));
      graph.then(prefix + "pool", new MaxPool(2, 2, Padding.VALID));
    }
    LayerGraph built = graph.build();
    return Backbone.of(
        "demo", input, built, RandomWeights.glorot(built, seed), "random, seed " + seed);
  }
}
