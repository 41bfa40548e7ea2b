package dev.finetune.internal.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.engine.Engine;
import dev.finetune.engine.EngineException;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.Engines;
import dev.finetune.freeze.Phase;
import dev.finetune.graph.GraphReport;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.LayerSummary;
import dev.finetune.head.HeadLayers;
import dev.finetune.internal.training.Cut;
import dev.finetune.train.Probe;
import java.util.Locale;

/** Prints a plan as text for people and as JSON for programs. */
public final class PlanReport {

  private PlanReport() {}

  /** Returns a table of the layers, the numbers of parameters, the cut and the engine. */
  public static String text(PlanDescription plan) {
    StringBuilder out = new StringBuilder();
    out.append(GraphReport.table(plan.graph(), plan.alwaysFrozen()));
    out.append(
        String.format(
            Locale.ROOT,
            "%ntotal parameters %,d, trainable %,d, frozen %,d (freezing: %s)%n",
            plan.graph().parameterCount(),
            plan.graph().trainableParameterCount(plan.alwaysFrozen()),
            plan.graph().parameterCount()
                - plan.graph().trainableParameterCount(plan.alwaysFrozen()),
            plan.freezing()));
    for (Phase phase : plan.phases()) {
      out.append(phaseText(plan, phase));
    }
    plan.continued().ifPresent(continued -> out.append(continued.text()));
    plan.probe().ifPresent(probe -> out.append(text(probe)));
    plan.coTuning()
        .ifPresent(
            coTuning ->
                out.append("co-tuning with the classes of the pretraining, strength ")
                    .append(coTuning.strength())
                    .append('\n'));
    out.append("engine: ").append(engine(plan.engine())).append('\n');
    return out.toString();
  }

  /** Returns where the network is cut in a phase, and what the phase costs. */
  private static String phaseText(PlanDescription plan, Phase phase) {
    Cut cut = Cut.of(plan.graph(phase), phase.frozen());
    String size =
        plan.smallerGraphs().isEmpty()
            ? ""
            : String.format(Locale.ROOT, ", images of %1$d x %1$d", plan.side(phase));
    String title =
        plan.phases().size() == 1
            ? ""
            : String.format(
                Locale.ROOT,
                "from epoch %d: freezing %s, %,d trainable parameters%s%n",
                phase.firstEpoch(),
                phase.freezing(),
                plan.graph().trainableParameterCount(phase.frozen()),
                size);
    return title + cutText(cut) + costText(plan.graph(phase), cut);
  }

  private static String text(Probe probe) {
    return probe.isOnly()
        ? "the last layer is a linear probe: nothing else trains\n"
        : "the last layer starts from a linear probe\n";
  }

  /** A backward pass costs twice the forward pass: gradients of the inputs and of the kernels. */
  private static String costText(LayerGraph graph, Cut cut) {
    double tail = Work.multiplyAdds(cut.tail()) / 1e6;
    String training =
        String.format(
            Locale.ROOT,
            "cost per image: %.1f million multiply-adds in each epoch (forward, and twice that backward)",
            tail);
    if (cut.stem().isEmpty()) {
      return training + "\n";
    }
    long features =
        cut.boundary().stream().mapToLong(name -> graph.node(name).output().size()).sum();
    return String.format(
        Locale.ROOT,
        "%s, %.1f million once for the frozen stem, %.1f kB of features%n",
        training,
        Work.multiplyAdds(cut.stem().get()) / 1e6,
        features * Float.BYTES / 1e3);
  }

  /** Returns the engine, or why there is none: describing a plan must not require an engine. */
  private static String engine(EngineOptions options) {
    try {
      Engine engine = Engines.find(options);
      return engine.name() + ", " + engine.describe();
    } catch (EngineException e) {
      return "none. " + e.getMessage();
    }
  }

  private static String cutText(Cut cut) {
    String where =
        cut.stem().isPresent()
            ? "cut behind "
                + String.join(", ", cut.boundary())
                + ": what is before it is computed once per image\n"
            : "no cut: the network trains from its first layer\n";
    return cut.frozenInTail().isEmpty()
        ? where
        : where
            + "frozen behind a trainable layer, so computed in every step and never changed: "
            + String.join(", ", cut.frozenInTail().stream().sorted().toList())
            + "\n";
  }

  /** Returns the plan as a JSON object. */
  public static ObjectNode json(PlanDescription plan) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("backbone", plan.backbone().name());
    json.put("weights", plan.backbone().weightsOrigin());
    json.put("freezing", plan.freezing());
    json.put("head", HeadLayers.notation(plan.head()));
    json.put(plan.kind().toString(), plan.outputs());
    json.put("engine", plan.engine().engine().orElse(""));
    json.put("winograd", plan.engine().winograd());
    json.put("totalParameters", plan.graph().parameterCount());
    json.put("trainableParameters", plan.graph().trainableParameterCount(plan.alwaysFrozen()));
    plan.continued().ifPresent(continued -> json.set("continues", continued.json()));
    plan.probe().ifPresent(probe -> json.put("probe", probe.isOnly() ? "only" : "first"));
    plan.coTuning().ifPresent(coTuning -> json.put("coTuning", coTuning.strength()));
    if (plan.phases().size() > 1) {
      ArrayNode phases = json.putArray("phases");
      for (Phase phase : plan.phases()) {
        ObjectNode object = phases.addObject();
        object
            .put("firstEpoch", phase.firstEpoch())
            .put("freezing", phase.freezing())
            .put("trainableParameters", plan.graph().trainableParameterCount(phase.frozen()));
        if (!plan.smallerGraphs().isEmpty()) {
          object.put("side", plan.side(phase));
        }
      }
    }
    ObjectNode input = json.putObject("input");
    input.put("height", plan.backbone().input().height());
    input.put("width", plan.backbone().input().width());
    input.put("preprocessing", plan.backbone().input().preprocessing().name());
    ArrayNode boundary = json.putArray("cut");
    Cut.of(plan.graph(), plan.frozen()).boundary().forEach(boundary::add);
    json.set("layers", layers(plan));
    return json;
  }

  private static ArrayNode layers(PlanDescription plan) {
    ArrayNode layers = JsonNodeFactory.instance.arrayNode();
    for (LayerSummary summary : GraphReport.layers(plan.graph(), plan.alwaysFrozen())) {
      ObjectNode layer = layers.addObject();
      layer.put("name", summary.name());
      layer.put("kind", summary.kind());
      summary.inputs().forEach(layer.putArray("inputs")::add);
      summary.output().forEach(layer.putArray("output")::add);
      layer.put("parameters", summary.parameters());
      layer.put("trainable", summary.trainable());
      if (summary.endOfStage() != null) {
        layer.put("endOfStage", summary.endOfStage());
      }
    }
    return layers;
  }
}
