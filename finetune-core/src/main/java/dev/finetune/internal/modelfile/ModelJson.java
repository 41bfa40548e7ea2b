package dev.finetune.internal.modelfile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.graph.LayerGraph;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Preprocessing;
import dev.finetune.internal.json.Fields;
import dev.finetune.internal.json.HistoryJson;
import dev.finetune.internal.json.StrictJson;
import dev.finetune.train.History;
import java.io.IOException;

/** Converts the description of a model to JSON and back. */
final class ModelJson {

  /** The version of the format that is written. Files of newer versions are refused. */
  static final int FORMAT = 2;

  private static final String[] INPUT_KEYS = {"height", "width", "preprocessing"};

  private ModelJson() {}

  /** Returns the text of {@code model.json}. */
  static byte[] write(Description model) throws IOException {
    ObjectNode json = StrictJson.object();
    json.put("format", FORMAT);
    model.classNames().forEach(json.putArray("classNames")::add);
    json.putObject("input")
        .put("height", model.input().height())
        .put("width", model.input().width())
        .put("preprocessing", model.input().preprocessing().name());
    json.putObject("engine")
        .put("name", model.engine().name())
        .put("winograd", model.engine().winograd());
    json.put("backboneOutput", model.backboneOutput());
    json.set("graph", GraphJson.write(model.graph()));
    json.set("stages", GraphJson.stages(model.graph()));
    json.set("uncounted", GraphJson.uncounted(model.graph()));
    json.set("plan", model.plan());
    json.set("history", HistoryJson.write(model.history()));
    json.set("provenance", model.provenance());
    return StrictJson.write(json);
  }

  /**
   * Reads a text that {@link #write} returned.
   *
   * @param source the name of the entry, for messages
   * @throws IOException if a key is missing or unknown, or a value is of another type or out of
   *     range
   * @throws IllegalArgumentException if the values do not match each other
   */
  static Description read(String source, byte[] text) throws IOException {
    JsonNode tree = StrictJson.tree(source, text);
    StrictJson.requireFormat(source, tree, FORMAT, FORMAT);
    Fields json =
        Fields.of(
            source,
            tree,
            "format",
            "classNames",
            "input",
            "engine",
            "backboneOutput",
            "graph",
            "stages",
            "uncounted",
            "plan",
            "history",
            "provenance");
    Fields engine = json.object("engine", "name", "winograd");
    return description(
        json,
        new StoredEngine(engine.text("name"), engine.flag("winograd")),
        GraphJson.read(json, json.texts("stages"), json.texts("uncounted")),
        HistoryJson.read(json, "history"));
  }

  /** Reads the keys that are the same in all versions. */
  static Description description(
      Fields json, StoredEngine engine, LayerGraph graph, History history) throws IOException {
    Fields input = json.object("input", INPUT_KEYS);
    return new Description(
        json.texts("classNames"),
        new InputSpec(
            input.integer("height", 1),
            input.integer("width", 1),
            input.constant("preprocessing", Preprocessing.class)),
        engine,
        graph,
        json.text("backboneOutput"),
        json.free("plan"),
        history,
        json.free("provenance"));
  }
}
