package dev.finetune.internal.modelfile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import dev.finetune.graph.LayerGraph;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Preprocessing;
import dev.finetune.image.View;
import dev.finetune.image.Views;
import dev.finetune.internal.json.Fields;
import dev.finetune.internal.json.HistoryJson;
import dev.finetune.internal.json.StrictJson;
import dev.finetune.train.History;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Converts the description of a model to JSON and back. */
final class ModelJson {

  /** The version of the format that is written. Files of newer versions are refused. */
  static final int FORMAT = 2;

  private static final String[] INPUT_KEYS = {"height", "width", "preprocessing"};

  private static final String CLASSES = "classNames";
  private static final String TAGS = "tags";
  private static final String VALUES = "values";
  private static final String VIEWS = "views";

  /** The keys of the outputs. A file has one of them; files of the first release have classes. */
  private static final List<String> OUTPUTS = List.of(CLASSES, TAGS, VALUES);

  /** The keys that a file can lack. Models without views have no key for them. */
  private static final List<String> OPTIONAL =
      ImmutableList.<String>builder().addAll(OUTPUTS).add(VIEWS).build();

  private ModelJson() {}

  /** Returns the text of {@code model.json}. */
  static byte[] write(Description model) throws IOException {
    ObjectNode json = StrictJson.object();
    json.put("format", FORMAT);
    write(model.outputs(), json);
    json.putObject("input")
        .put("height", model.input().height())
        .put("width", model.input().width())
        .put("preprocessing", model.input().preprocessing().name());
    if (!model.views().isNone()) {
      ArrayNode views = json.putArray(VIEWS);
      for (View view : model.views().list()) {
        views
            .addObject()
            .put("zoom", view.zoom())
            .put("right", view.right())
            .put("down", view.down())
            .put("degrees", view.degrees())
            .put("mirrored", view.mirrored());
      }
    }
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
            List.of(
                "format",
                "input",
                "engine",
                "backboneOutput",
                "graph",
                "stages",
                "uncounted",
                "plan",
                "history",
                "provenance"),
            OPTIONAL);
    Fields engine = json.object("engine", "name", "winograd");
    return description(
        json,
        new StoredEngine(engine.text("name"), engine.flag("winograd")),
        GraphJson.read(json, json.texts("stages"), json.texts("uncounted")),
        HistoryJson.read(json, "history"));
  }

  private static void write(StoredOutputs outputs, ObjectNode json) {
    if (outputs instanceof StoredOutputs.Tags tags) {
      ObjectNode object = json.putObject(TAGS);
      tags.names().forEach(object.putArray("names")::add);
      tags.thresholds().forEach(object.putArray("thresholds")::add);
    } else if (outputs instanceof StoredOutputs.Values values) {
      ObjectNode object = json.putObject(VALUES);
      values.names().forEach(object.putArray("names")::add);
      values.means().forEach(object.putArray("means")::add);
      values.deviations().forEach(object.putArray("deviations")::add);
    } else {
      outputs.names().forEach(json.putArray(CLASSES)::add);
    }
  }

  private static StoredOutputs outputs(Fields json) throws IOException {
    List<String> present = OUTPUTS.stream().filter(json::has).toList();
    if (present.size() != 1) {
      throw json.failure(
          "exactly one of "
              + OUTPUTS
              + " must be present, got "
              + (present.isEmpty() ? "none" : present));
    }
    if (json.has(TAGS)) {
      Fields tags = json.object(TAGS, "names", "thresholds");
      return new StoredOutputs.Tags(tags.texts("names"), tags.numbers("thresholds", 0, 1));
    }
    if (json.has(VALUES)) {
      Fields values = json.object(VALUES, "names", "means", "deviations");
      return new StoredOutputs.Values(
          values.texts("names"),
          values.numbers("means", -Double.MAX_VALUE, Double.MAX_VALUE),
          values.numbers("deviations", Double.MIN_VALUE, Double.MAX_VALUE));
    }
    return new StoredOutputs.Classes(json.texts(CLASSES));
  }

  private static Views views(Fields json) throws IOException {
    if (!json.has(VIEWS)) {
      return Views.none();
    }
    List<View> views = new ArrayList<>();
    for (Fields view : json.objects(VIEWS, "zoom", "right", "down", "degrees", "mirrored")) {
      views.add(
          new View(
              view.number("zoom", View.LEAST_ZOOM, View.MOST_ZOOM),
              view.number("right", -1, 1),
              view.number("down", -1, 1),
              view.number("degrees", -180, 180),
              view.flag("mirrored")));
    }
    return new Views(views);
  }

  /** Reads the keys that are the same in all versions. */
  static Description description(
      Fields json, StoredEngine engine, LayerGraph graph, History history) throws IOException {
    Fields input = json.object("input", INPUT_KEYS);
    return new Description(
        outputs(json),
        new InputSpec(
            input.integer("height", 1),
            input.integer("width", 1),
            input.constant("preprocessing", Preprocessing.class)),
        views(json),
        engine,
        graph,
        json.text("backboneOutput"),
        json.free("plan"),
        history,
        json.free("provenance"));
  }
}
