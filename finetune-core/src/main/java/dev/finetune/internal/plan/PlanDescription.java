package dev.finetune.internal.plan;

import com.google.common.collect.ImmutableSet;
import dev.finetune.backbone.Backbone;
import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.LayerGraph;
import dev.finetune.head.HeadLayer;
import java.util.List;
import java.util.Set;

/**
 * The facts of a checked plan.
 *
 * @param backbone the pretrained network
 * @param graph backbone and head; its output is the logits
 * @param frozen the names of the frozen layers
 * @param freezing the description of the strategy that chose them
 * @param head the layers of the head without the logits
 * @param classes the number of classes
 * @param engine the engine and its options
 */
public record PlanDescription(
    Backbone backbone,
    LayerGraph graph,
    Set<String> frozen,
    String freezing,
    List<HeadLayer> head,
    int classes,
    EngineOptions engine) {

  public PlanDescription {
    frozen = ImmutableSet.copyOf(frozen);
    head = List.copyOf(head);
  }
}
