package dev.finetune.internal.cotuning;

import dev.finetune.backbone.Backbone;
import dev.finetune.backbone.SourceHead;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.head.HeadGraph;
import dev.finetune.internal.plan.PlanDescription;
import dev.finetune.loss.Targets;
import dev.finetune.train.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rules for plans with co-tuning. */
public final class CoTuningRules {

  private CoTuningRules() {}

  /** Returns why a plan cannot have co-tuning; empty if it can. */
  public static Optional<String> broken(PlanDescription plan) {
    if (plan.kind() != Targets.Kind.CLASSES) {
      return Optional.of("Co-tuning must be for images with classes, got " + plan.kind());
    }
    if (plan.probe().filter(Probe::isOnly).isPresent()) {
      return Optional.of("Co-tuning must have epochs after the probe, got probe(only)");
    }
    LayerGraph backbone = plan.backbone().graph();
    List<String> between = between(backbone, plan.graph());
    if (!between.isEmpty()) {
      return Optional.of(
          "Co-tuning must have a head of global average pooling and dropout only, got the layers "
              + between);
    }
    if (backbone.trainableParameterCount(plan.alwaysFrozen()) == 0) {
      return Optional.of(
          "Co-tuning must train layers of the backbone, got a backbone that is frozen in all"
              + " epochs");
    }
    return source(plan.backbone(), plan.graph());
  }

  private static Optional<String> source(Backbone backbone, LayerGraph graph) {
    Optional<SourceHead> source = backbone.sourceHead();
    if (source.isEmpty()) {
      return Optional.of(
          "Co-tuning must have a backbone with the classification layer of its pretraining, got "
              + backbone.name()
              + " without it");
    }
    long size = graph.node(graph.node(HeadGraph.LOGITS).inputs().get(0)).output().size();
    return size == source.get().features()
        ? Optional.empty()
        : Optional.of(
            "Co-tuning must have as many features before the logits as the layer of the"
                + " pretraining reads, "
                + source.get().features()
                + ", got "
                + size);
  }

  /** Returns the layers of the head, other than the logits, that the source layer cannot share. */
  private static List<String> between(LayerGraph backbone, LayerGraph graph) {
    List<String> others = new ArrayList<>();
    for (Node node : graph.nodes()) {
      boolean shared =
          backbone.names().contains(node.name())
              || node.name().equals(HeadGraph.LOGITS)
              || node.layer() instanceof GlobalAveragePool
              || node.layer() instanceof Dropout;
      if (!shared) {
        others.add(node.name());
      }
    }
    return others;
  }
}
