package dev.finetune.backbone;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.graph.LayerGraph;
import dev.finetune.image.InputSpec;
import dev.finetune.weights.Weights;

/** A backbone whose weights are in memory. */
record FixedBackbone(
    String name, InputSpec input, LayerGraph graph, Weights weights, String weightsOrigin)
    implements Backbone {

  FixedBackbone {
    checkArgument(
        graph.inputs().size() == 1 && graph.inputs().get(0).output().equals(input.shape()),
        "A backbone must have one input with the shape of its input specification, %s, got %s",
        input.shape(),
        graph.inputs());
    weights.requireMatch(graph, weightsOrigin);
    weights.requireFinite(weightsOrigin);
  }
}
