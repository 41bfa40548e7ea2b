package dev.finetune.internal.plan;

import dev.finetune.backbone.Backbone;
import dev.finetune.engine.EngineOptions;
import dev.finetune.freeze.Phase;
import dev.finetune.graph.LayerGraph;
import dev.finetune.head.HeadLayer;
import dev.finetune.internal.continued.Continuation;
import dev.finetune.loss.Targets;
import dev.finetune.train.Probe;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The facts of a checked plan.
 *
 * @param backbone the pretrained network
 * @param graph backbone and head; its output is the logits
 * @param phases the frozen layers over time, at least one phase
 * @param head the layers of the head without the logits
 * @param kind what the outputs are: classes, tags or values
 * @param outputs the number of outputs
 * @param engine the engine and its options
 * @param continued how the training continues a model; empty for a new head
 * @param probe the linear probe that the last layer starts from; empty for random values
 */
public record PlanDescription(
    Backbone backbone,
    LayerGraph graph,
    List<Phase> phases,
    List<HeadLayer> head,
    Targets.Kind kind,
    int outputs,
    EngineOptions engine,
    Optional<Continuation> continued,
    Optional<Probe> probe) {

  public PlanDescription {
    phases = List.copyOf(phases);
    head = List.copyOf(head);
  }

  /** Returns a copy with how the training continues a model. */
  public PlanDescription with(Continuation continuation) {
    return new PlanDescription(
        backbone, graph, phases, head, kind, outputs, engine, Optional.of(continuation), probe);
  }

  /** Returns the names of the layers that are frozen in the first phase. */
  public Set<String> frozen() {
    return phases.get(0).frozen();
  }

  /** Returns the names of the layers that never train. */
  public Set<String> alwaysFrozen() {
    return phases.get(phases.size() - 1).frozen();
  }

  /** Returns the description of the freeze strategies. */
  public String freezing() {
    return phases.stream()
        .map(
            p ->
                p.firstEpoch() == 1 ? p.freezing() : p.freezing() + " from epoch " + p.firstEpoch())
        .collect(Collectors.joining(", then "));
  }
}
