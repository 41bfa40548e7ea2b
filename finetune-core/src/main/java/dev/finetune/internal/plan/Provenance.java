package dev.finetune.internal.plan;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.data.ImageSource;
import dev.finetune.engine.Engine;
import dev.finetune.engine.Engines;
import dev.finetune.internal.modelfile.Description;
import dev.finetune.internal.version.LibraryVersion;
import dev.finetune.loss.Loss;
import dev.finetune.train.ClassWeights;
import dev.finetune.train.Sampling;
import dev.finetune.train.TrainOptions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** Records how a model was trained, as needed to train it again. */
public final class Provenance {

  private Provenance() {}

  /** Returns the provenance of a model that is trained now, as a JSON object. */
  public static ObjectNode now(
      PlanDescription plan, TrainOptions options, Loss loss, ImageSource train, ImageSource valid) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("created", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    json.put("weights", plan.backbone().weightsOrigin());
    plan.continued().ifPresent(continued -> json.set("continues", continued.json()));
    json.put("trainImages", train.size());
    json.put("validImages", valid.size());
    train
        .colours()
        .or(valid::colours)
        .ifPresent(rule -> json.put(Description.COLOURS, rule.notation()));
    json.put("seed", options.seed());
    json.put("epochs", options.epochs());
    json.put("batchSize", options.batch());
    json.put("shuffle", options.shuffle());
    json.put("keep", options.keep().name());
    json.put("batchNormStatistics", options.batchNormStatistics().name());
    options
        .augmentation()
        .ifPresent(
            a -> json.put("augmentation", a.description()).put("variants", options.variants()));
    json.set("optimizer", part(options.optimizer().name(), options.optimizer().settings()));
    json.set("schedule", part(options.schedule().name(), options.schedule().settings()));
    json.set("groups", part(options.groups().name(), options.groups().settings()));
    json.set("loss", part(loss.name(), loss.settings()));
    plan.coTuning().ifPresent(coTuning -> json.put("coTuning", coTuning.strength()));
    if (Double.isFinite(options.clip())) {
      json.put("clip", options.clip());
    }
    if (options.accumulate() > 1) {
      json.put("accumulate", options.accumulate());
    }
    if (options.average() > 0) {
      json.put("average", options.average());
    }
    options.mix().ifPresent(mix -> json.put("mix", mix.description()));
    if (!options.classWeights().equals(ClassWeights.none())) {
      json.set(
          "classWeights", part(options.classWeights().name(), options.classWeights().settings()));
    }
    if (!options.sampling().equals(Sampling.shuffled())) {
      json.set("sampling", part(options.sampling().name(), options.sampling().settings()));
    }
    if (!options.notes().isEmpty()) {
      options.notes().forEach(json.putObject("notes")::put);
    }
    Engine engine = Engines.find(plan.engine());
    json.put("engine", engine.name());
    json.put("engineVersion", engine.describe());
    json.put("threads", plan.engine().threads());
    json.put("winograd", plan.engine().winograd());
    json.put("finetune", LibraryVersion.get());
    json.put("java", System.getProperty("java.version"));
    json.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    return json;
  }

  private static ObjectNode part(String name, Map<String, Double> settings) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("name", name);
    settings.forEach(json::put);
    return json;
  }
}
