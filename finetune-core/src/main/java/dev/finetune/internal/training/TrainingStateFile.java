package dev.finetune.internal.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.internal.archive.ArchiveContent;
import dev.finetune.internal.archive.ArchiveReader;
import dev.finetune.internal.archive.ArchiveWriter;
import dev.finetune.internal.archive.EntryReader;
import dev.finetune.internal.archive.NamedWeights;
import dev.finetune.internal.archive.ZipEnd;
import dev.finetune.internal.files.AtomicFiles;
import dev.finetune.internal.files.RegularFiles;
import dev.finetune.internal.json.Fields;
import dev.finetune.internal.json.HistoryJson;
import dev.finetune.internal.json.StrictJson;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads and writes training states: zips of a description and tensors, with checksums. */
public final class TrainingStateFile {

  private static final String DESCRIPTION = "state.json";
  private static final String WEIGHTS = "weights.safetensors";
  private static final String KEPT = "kept.safetensors";
  private static final String FITTED = "fitted";
  private static final int FORMAT = 1;
  private static final int MAX_DESCRIPTION = 16 << 20;

  private TrainingStateFile() {}

  /**
   * Writes a state. The file appears complete or not at all, and replaces an existing one.
   *
   * @throws IOException if the file cannot be written; the message names the file
   */
  public static void write(TrainingState state, Path file) throws IOException {
    ArchiveWriter archive = new ArchiveWriter();
    archive.add(DESCRIPTION, StrictJson.write(describe(state)), MAX_DESCRIPTION);
    archive.add(WEIGHTS, NamedWeights.of(state.learner().weights()));
    for (Map.Entry<String, Weights> slot : state.learner().slots().entrySet()) {
      archive.add(slotEntry(slot.getKey()), NamedWeights.of(slot.getValue()));
    }
    if (state.kept().isPresent()) {
      archive.add(KEPT, NamedWeights.of(state.kept().get().weights()));
    }
    AtomicFiles.write(file, archive::writeTo);
  }

  /**
   * Reads a state.
   *
   * @throws dev.finetune.data.UnreadableFileException if the file is damaged, or not a training
   *     state
   * @throws IOException if the file is missing or cannot be read; the message names the file
   */
  public static TrainingState read(Path file) throws IOException {
    RegularFiles.require(file, "a training state");
    return ArchiveContent.of(
        file,
        () -> {
          try (EntryReader entries = EntryReader.open(file)) {
            ZipEnd.require(file);
            return read(ArchiveReader.of(entries));
          }
        });
  }

  private static ObjectNode describe(TrainingState state) {
    ObjectNode json = StrictJson.object();
    json.put("format", FORMAT);
    state.settings().forEach(json.putObject("settings")::put);
    state.learner().slots().keySet().forEach(json.putArray("slots")::add);
    json.put("steps", state.learner().steps());
    json.put("kept", state.kept().isPresent());
    List<Double> fitted = state.kept().map(Kept::fitted).orElse(List.of());
    if (!fitted.isEmpty()) {
      fitted.forEach(json.putArray(FITTED)::add);
    }
    json.set("history", HistoryJson.write(state.history()));
    EpochSums sums = state.sums();
    json.putObject("epoch")
        .put("steps", sums.steps())
        .put("images", sums.images())
        .put("lossSum", sums.lossSum())
        .put("scoreSum", sums.scoreSum())
        .put("trainSeconds", sums.trainSeconds())
        .put("waitSeconds", sums.waitSeconds());
    return json;
  }

  private static TrainingState read(ArchiveReader archive) throws IOException {
    JsonNode tree = StrictJson.tree(DESCRIPTION, archive.bytes(DESCRIPTION, MAX_DESCRIPTION));
    StrictJson.requireFormat(DESCRIPTION, tree, FORMAT, FORMAT);
    Fields json =
        Fields.of(
            DESCRIPTION,
            tree,
            List.of("format", "settings", "slots", "steps", "kept", "history", "epoch"),
            List.of(FITTED));
    Map<String, String> settings = settings(json);
    Weights weights = archive.tensors(WEIGHTS, NamedWeights::read);
    Map<String, Weights> slots = new LinkedHashMap<>();
    for (String slot : json.texts("slots")) {
      slots.put(slot, archive.tensors(slotEntry(slot), NamedWeights::read));
    }
    List<Double> fitted =
        json.has(FITTED) ? json.numbers(FITTED, -Double.MAX_VALUE, Double.MAX_VALUE) : List.of();
    Optional<Kept> kept =
        json.flag("kept")
            ? Optional.of(new Kept(archive.tensors(KEPT, NamedWeights::read), fitted))
            : Optional.empty();
    archive.requireEnd();
    return new TrainingState(
        settings,
        new LearnerState(weights, slots, json.whole("steps", 0)),
        HistoryJson.read(json, "history"),
        sums(json),
        kept);
  }

  private static Map<String, String> settings(Fields json) throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> setting : json.free("settings").properties()) {
      if (!setting.getValue().isTextual()) {
        throw json.refusal("settings", "an object of strings", setting.getValue());
      }
      settings.put(setting.getKey(), setting.getValue().textValue());
    }
    return settings;
  }

  private static EpochSums sums(Fields json) throws IOException {
    Fields sums =
        json.object(
            "epoch", "steps", "images", "lossSum", "scoreSum", "trainSeconds", "waitSeconds");
    return new EpochSums(
        sums.integer("steps", 0),
        sums.integer("images", 0),
        sums.number("lossSum", -Double.MAX_VALUE, Double.MAX_VALUE),
        sums.number("scoreSum", -Double.MAX_VALUE, Double.MAX_VALUE),
        sums.number("trainSeconds", 0, Double.MAX_VALUE),
        sums.number("waitSeconds", 0, Double.MAX_VALUE));
  }

  private static String slotEntry(String slot) {
    return "slots/" + slot + ".safetensors";
  }
}
