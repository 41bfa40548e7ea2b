package dev.finetune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.LayerGraph;
import dev.finetune.image.InputSpec;
import dev.finetune.internal.network.Network;
import dev.finetune.train.History;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipError;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** The saved model: Deeplearning4j's zip with one more entry that says all the rest. */
final class ModelFile {

  private static final String ENTRY = "finetune.json";
  private static final int FORMAT = 1;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ModelFile() {}

  static void write(FineTunedModel model, Path file) throws IOException {
    model.weights().requireFinite("the model to be saved as " + file);
    Path target = file.toAbsolutePath();
    Files.createDirectories(target.getParent());
    Path unfinished = Files.createTempFile(target.getParent(), target.getFileName() + ".", ".tmp");
    try {
      model.classifier().engine().writeTo(unfinished);
      try (FileSystem zip = FileSystems.newFileSystem(unfinished)) {
        Files.writeString(
            zip.getPath(ENTRY),
            MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(describe(model)));
      }
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  static FineTunedModel read(Path file, Optional<EngineOptions> engine) throws IOException {
    JsonNode json = description(file);
    try {
      return read(json, file, engine);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static FineTunedModel read(JsonNode json, Path file, Optional<EngineOptions> engine)
      throws IOException {
    LayerGraph graph = GraphJson.read(json.get("graph"), json.path("stages"));
    List<String> classNames = List.of(MAPPER.treeToValue(json.get("classNames"), String[].class));
    return new FineTunedModel(
        new ImageClassifier(
            MAPPER.treeToValue(json.get("input"), InputSpec.class),
            classNames,
            Network.read(graph, file, engine.orElseGet(() -> engine(json)))),
        graph,
        json.get("backboneOutput").asText(),
        json.get("plan"),
        MAPPER.treeToValue(json.get("history"), History.class),
        json.get("provenance"));
  }

  /** Threads are this machine's, not the saving one's; the first release did not write winograd. */
  private static EngineOptions engine(JsonNode json) {
    return EngineOptions.defaults().winograd(json.path("winograd").asBoolean(true));
  }

  private static ObjectNode describe(FineTunedModel model) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("format", FORMAT);
    json.set("classNames", MAPPER.valueToTree(model.classNames()));
    json.set("input", MAPPER.valueToTree(model.input()));
    json.put("convolutions", "ONEDNN");
    json.put("winograd", model.plan().path("winograd").asBoolean(true));
    json.put("backboneOutput", model.backboneOutput());
    json.set("graph", GraphJson.write(model.graph()));
    json.set("stages", GraphJson.stages(model.graph()));
    json.set("plan", model.plan());
    json.set("history", MAPPER.valueToTree(model.history()));
    json.set("provenance", model.provenance());
    return json;
  }

  private static JsonNode description(Path file) throws IOException {
    String text = entry(file);
    if (text == null) {
      throw new IOException(
          file
              + " is not a finetune model, or cut off: a zip with the entry "
              + ENTRY
              + " was expected. A plain Deeplearning4j zip opens with"
              + " ModelSerializer.restoreComputationGraph.");
    }
    JsonNode json = MAPPER.readTree(text);
    if (json.path("format").asInt() != FORMAT) {
      throw new IOException(
          file + " has format " + json.path("format") + ", and this version reads " + FORMAT);
    }
    return json;
  }

  private static @Nullable String entry(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString(), null, "a model file was expected");
    }
    try (FileSystem zip = FileSystems.newFileSystem(file)) {
      Path entry = zip.getPath(ENTRY);
      return Files.exists(entry) ? Files.readString(entry) : null;
    } catch (ProviderNotFoundException | ZipException | ZipError e) {
      return null;
    }
  }
}
