package org.example.tasks;

import dev.finetune.backbone.Backbone;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Preprocessing;
import dev.finetune.weights.RandomWeights;

/** A backbone in the place of one from the zoo, for images of 8 x 8 pixels. */
final class SmallBackbone {

  private SmallBackbone() {}

  static Backbone create() {
    LayerGraph graph =
        LayerGraph.builder()
            .add("in", new Input(Shape.image(3, 8, 8)))
            .then("conv1", new Conv2d(8, 3, 1, Padding.SAME, true, Activation.RELU))
            .stage("conv1")
            .then("conv2", Conv2d.plain(8, 3, 2, Padding.SAME))
            .then("norm2", new BatchNorm(1e-3, 0.99))
            .then("relu2", new Activate(Activation.RELU))
            .stage("relu2")
            .build();
    return Backbone.of(
        "small",
        new InputSpec(8, 8, Preprocessing.TF),
        graph,
        RandomWeights.glorot(graph, 1),
        "seed 1");
  }
}
