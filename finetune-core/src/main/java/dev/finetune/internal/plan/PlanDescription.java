package dev.finetune.internal.plan;

import com.google.common.collect.ImmutableSet;
import dev.finetune.backbone.Backbone;
import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.LayerGraph;
import dev.finetune.head.HeadLayer;
import java.util.List;
import java.util.Set;

/**
 * What a plan says.
 *
 * @param graph backbone and head, ending in logits
 * @param frozen layers that keep their values
 * @param freezing what chose them
 * @param engine how the network is computed
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
