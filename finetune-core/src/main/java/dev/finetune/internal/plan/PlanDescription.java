package dev.finetune.internal.plan;

import static com.google.common.base.Verify.verifyNotNull;

import com.google.common.collect.ImmutableSortedMap;
import dev.finetune.backbone.Backbone;
import dev.finetune.engine.EngineOptions;
import dev.finetune.freeze.Phase;
import dev.finetune.graph.LayerGraph;
import dev.finetune.head.HeadLayer;
import dev.finetune.internal.continued.Continuation;
import dev.finetune.loss.Targets;
import dev.finetune.train.CoTuning;
import dev.finetune.train.Probe;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The facts of a checked plan.
 *
 * @param backbone the pretrained network
 * @param graph backbone and head; its output is the logits
 * @param smallerGraphs the same network for each smaller side of images that a phase has
 * @param phases the frozen layers and the sides of images over time, at least one phase
 * @param head the layers of the head without the logits
 * @param kind what the outputs are: classes, tags or values
 * @param outputs the number of outputs
 * @param engine the engine and its options
 * @param continued how the training continues a model; empty for a new head
 * @param probe the linear probe that the last layer starts from; empty for random values
 * @param coTuning how the classes of the pretraining train too; empty if they do not
 */
public record PlanDescription(
    Backbone backbone,
    LayerGraph graph,
    Map<Integer, LayerGraph> smallerGraphs,
    List<Phase> phases,
    List<HeadLayer> head,
    Targets.Kind kind,
    int outputs,
    EngineOptions engine,
    Optional<Continuation> continued,
    Optional<Probe> probe,
    Optional<CoTuning> coTuning) {

  public PlanDescription {
    smallerGraphs = Map.copyOf(smallerGraphs);
    phases = List.copyOf(phases);
    head = List.copyOf(head);
  }

  /** Returns a copy with how the training continues a model. */
  public PlanDescription with(Continuation continuation) {
    return new PlanDescription(
        backbone,
        graph,
        smallerGraphs,
        phases,
        head,
        kind,
        outputs,
        engine,
        Optional.of(continuation),
        probe,
        coTuning);
  }

  /** Returns a copy that does not train the classes of the pretraining. */
  public PlanDescription withoutCoTuning() {
    return new PlanDescription(
        backbone,
        graph,
        smallerGraphs,
        phases,
        head,
        kind,
        outputs,
        engine,
        continued,
        probe,
        Optional.empty());
  }

  /** Returns the names of the layers that are frozen in the first phase. */
  public Set<String> frozen() {
    return phases.get(0).frozen();
  }

  /** Returns the names of the layers that never train. */
  public Set<String> alwaysFrozen() {
    return phases.get(phases.size() - 1).frozen();
  }

  /** Returns the network of a phase. */
  LayerGraph graph(Phase phase) {
    return phase.side().isEmpty()
        ? graph
        : verifyNotNull(smallerGraphs.get(phase.side().getAsInt()));
  }

  /** Returns the side of the images of a phase, in a plan with smaller images. */
  int side(Phase phase) {
    return phase.side().orElse(backbone.input().height());
  }

  /** Returns the sides of smaller images by the last epoch that has them. */
  public ImmutableSortedMap<Integer, Integer> smaller() {
    SortedMap<Integer, Integer> smaller = new TreeMap<>();
    for (int i = 0; i + 1 < phases.size(); i++) {
      OptionalInt side = phases.get(i).side();
      Phase next = phases.get(i + 1);
      if (side.isPresent() && !side.equals(next.side())) {
        smaller.put(next.firstEpoch() - 1, side.getAsInt());
      }
    }
    return ImmutableSortedMap.copyOf(smaller);
  }

  /** Returns the description of the freeze strategies. */
  public String freezing() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < phases.size(); i++) {
      Phase phase = phases.get(i);
      if (i == 0) {
        text.append(phase.freezing());
      } else if (!onlyGrows(phases.get(i - 1), phase)) {
        text.append(", then ").append(phase.freezing());
        text.append(" from epoch ").append(phase.firstEpoch());
      }
    }
    return text.toString();
  }

  /** Returns whether a phase differs from the one before by the size of its images only. */
  private static boolean onlyGrows(Phase before, Phase phase) {
    return !phase.side().equals(before.side())
        && phase.frozen().equals(before.frozen())
        && phase.freezing().equals(before.freezing());
  }
}
