package dev.finetune.internal.training;

import dev.finetune.engine.Parameter;
import dev.finetune.graph.LayerGraph;
import dev.finetune.train.ParameterPlace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds the stage of each parameter of a network. */
final class Places {

  private final int stages;
  private final Map<String, Integer> stageOf = new HashMap<>();

  /**
   * Finds the stage of each layer.
   *
   * @param network the whole network, backbone and head
   */
  Places(LayerGraph network) {
    this.stages = network.stages().size();
    for (int stage = stages - 1; stage >= 0; stage--) {
      for (String layer : network.closure(List.of(network.stages().get(stage)))) {
        stageOf.put(layer, stage);
      }
    }
  }

  /** Returns the place of a parameter. */
  ParameterPlace of(Parameter parameter) {
    int stage = stageOf.getOrDefault(parameter.layer(), stages);
    return new ParameterPlace(parameter.layer(), parameter.spec(), stage, stages);
  }
}
