package dev.finetune.internal.modelfile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.graph.LayerGraph;
import dev.finetune.internal.archive.EntryReader;
import dev.finetune.internal.json.Fields;
import dev.finetune.internal.json.HistoryJson;
import dev.finetune.internal.json.StrictJson;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A model file of format 1: a Deeplearning4j zip with an additional entry, the description. */
final class FormatOneFile {

  private static final String DESCRIPTION = "finetune.json";
  private static final int FORMAT = 1;

  /** Keys that files of the first release do not have. */
  private static final List<String> OPTIONAL = List.of("winograd", "stages");

  private FormatOneFile() {}

  /**
   * Reads the description. It reads every entry to its end, which verifies the CRC-32 of the entry.
   *
   * @throws IOException if there is not exactly one description, it is too long or invalid, or an
   *     entry is damaged
   */
  static Description description(EntryReader entries) throws IOException {
    byte @Nullable [] text = null;
    for (; entries.name() != null; entries.next()) {
      if (DESCRIPTION.equals(entries.name()) && text == null) {
        text = entries.content().readNBytes(FormatTwoFile.MAX_DESCRIPTION + 1);
      } else if (DESCRIPTION.equals(entries.name())) {
        throw new UnreadableFileException(
            entries.file(), "", "the zip must have one entry " + DESCRIPTION + ", got two");
      }
      entries.skip();
    }
    if (text == null) {
      throw new UnreadableFileException(
          entries.file(),
          "",
          "a model file must be a zip with "
              + FormatTwoFile.ENTRIES
              + ", or with "
              + DESCRIPTION
              + " (format 1), got another file or a truncated one. Open a plain Deeplearning4j zip"
              + " with ModelSerializer.restoreComputationGraph");
    }
    if (text.length > FormatTwoFile.MAX_DESCRIPTION) {
      throw new UnreadableFileException(
          DESCRIPTION,
          "",
          "must have at most " + FormatTwoFile.MAX_DESCRIPTION + " bytes, got more");
    }
    byte[] json = text;
    return FormatTwoFile.checked(DESCRIPTION, () -> description(json));
  }

  private static Description description(byte[] text) throws IOException {
    JsonNode tree = StrictJson.tree(DESCRIPTION, text);
    StrictJson.requireFormat(DESCRIPTION, tree, FORMAT, ModelJson.FORMAT);
    Fields json =
        Fields.of(
            DESCRIPTION,
            tree,
            List.of(
                "format",
                "classNames",
                "input",
                "convolutions",
                "backboneOutput",
                "graph",
                "plan",
                "history",
                "provenance"),
            OPTIONAL);
    String engine = json.text("convolutions").toLowerCase(Locale.ROOT);
    return ModelJson.description(
        json,
        new StoredEngine(engine, !json.has("winograd") || json.flag("winograd")),
        GraphJson.read(json, json.has("stages") ? json.texts("stages") : List.of(), List.of()),
        HistoryJson.read(json, "history"));
  }

  /**
   * Reads the weights.
   *
   * @param reader the reader; empty if none is on the class path
   * @throws IOException if there is no reader, or it cannot read the weights; the message names the
   *     file
   */
  static Weights weights(LayerGraph graph, Path file, Optional<FormatOne> reader)
      throws IOException {
    if (reader.isEmpty()) {
      throw new UnreadableFileException(
          file.toString(),
          "",
          "the format must be 2, got format 1, a Deeplearning4j zip; add the dependency"
              + " dev.finetune:finetune-dl4j to open it");
    }
    return reader.get().read(graph, file);
  }
}
