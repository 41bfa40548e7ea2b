package dev.finetune;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.backbone.Backbone;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;

/** Takes the head off a trained model. */
final class TrainedBackbone {

  private TrainedBackbone() {}

  static Backbone of(FineTunedModel model) {
    LayerGraph graph = model.graph().upTo(model.backboneOutput());
    Table<String, ParameterRole, Tensor> tensors = HashBasedTable.create();
    Weights weights = model.weights();
    for (String name : graph.names()) {
      tensors.row(name).putAll(weights.layer(name));
    }
    return Backbone.of(
        model.plan().path("backbone").asText("backbone") + "-trained",
        model.input(),
        graph,
        Weights.of(tensors),
        "trained by finetune, seed " + model.provenance().path("seed").asLong());
  }
}
