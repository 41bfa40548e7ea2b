package dev.finetune.internal.modelfile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.graph.LayerGraph;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Preprocessing;
import dev.finetune.train.History;
import java.io.IOException;
import java.math.BigInteger;

/** A model's description as JSON, and back. */
final class ModelJson {

  /** The version of the format that is written; a file of a later one is refused. */
  static final int FORMAT = 2;

  private static final String[] INPUT_KEYS = {"height", "width", "preprocessing"};
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ModelJson() {}

  static byte[] write(Description model) throws IOException {
    ObjectNode json = MAPPER.createObjectNode();
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
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException if a key is missing or unknown, or its value is of another kind
   * @throws IllegalArgumentException if values do not fit together
   */
  static Description read(String source, byte[] text) throws IOException {
    JsonNode tree = tree(source, text);
    requireFormat(source, tree, FORMAT);
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
        HistoryJson.read(json.object("history", HistoryJson.KEYS)));
  }

  /** Reads the keys that are the same in every version. */
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

  static JsonNode tree(String source, byte[] text) throws IOException {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IOException(source + ": this is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Checks the version before the keys, as those of a later version are not known. */
  static void requireFormat(String source, JsonNode json, int format) throws IOException {
    JsonNode version = json.path("format");
    if (version.isInt() && version.intValue() == format) {
      return;
    }
    boolean newer =
        version.isIntegralNumber()
            && version.bigIntegerValue().compareTo(BigInteger.valueOf(FORMAT)) > 0;
    throw new IOException(
        source
            + ": the key \"format\" must be the integer "
            + format
            + ", got "
            + (version.isMissingNode() ? "none" : version)
            + (newer ? "; a newer version of this library wrote the file, and opens it" : ""));
  }
}
