package dev.finetune.internal.modelfile;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.io.ByteStreams;
import dev.finetune.graph.LayerGraph;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file of the first format: Deeplearning4j's zip and a description beside it. */
final class FormatOneFile {

  private static final String DESCRIPTION = "finetune.json";
  private static final int FORMAT = 1;

  /** Missing in files of the first release. */
  private static final List<String> OPTIONAL = List.of("winograd", "stages");

  private FormatOneFile() {}

  /**
   * Reads the description. Every entry is read to its end, so that a damaged one is found by the
   * zip's checksum.
   *
   * @throws IOException if there is none, or an entry is damaged
   */
  static Description description(EntryReader entries) throws IOException {
    byte @Nullable [] text = null;
    for (; entries.name() != null; entries.next()) {
      if (DESCRIPTION.equals(entries.name()) && text == null) {
        text = entries.content().readNBytes(FormatTwoFile.MAX_DESCRIPTION + 1);
      } else if (DESCRIPTION.equals(entries.name())) {
        throw new IOException("there must be one entry " + DESCRIPTION + ", got two");
      }
      ByteStreams.exhaust(entries.content());
    }
    if (text == null) {
      throw new IOException(
          "not a finetune model, or cut off: a zip with "
              + FormatTwoFile.ENTRIES
              + ", or with "
              + DESCRIPTION
              + " in format 1, was expected. A plain Deeplearning4j zip opens with"
              + " ModelSerializer.restoreComputationGraph");
    }
    if (text.length > FormatTwoFile.MAX_DESCRIPTION) {
      throw new IOException(
          DESCRIPTION + ": there must be at most " + FormatTwoFile.MAX_DESCRIPTION + " bytes");
    }
    return description(text);
  }

  private static Description description(byte[] text) throws IOException {
    JsonNode tree = ModelJson.tree(DESCRIPTION, text);
    ModelJson.requireFormat(DESCRIPTION, tree, FORMAT);
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
        HistoryJson.read(json.object("history", HistoryJson.KEYS)));
  }

  /**
   * Reads the weights.
   *
   * @param reader if there is one
   * @throws IOException if there is none, or the weights are others; names the file
   */
  static Weights weights(LayerGraph graph, Path file, Optional<FormatOne> reader)
      throws IOException {
    if (reader.isEmpty()) {
      throw new IOException(
          file
              + ": a model of format 1, which is Deeplearning4j's zip; with the dependency"
              + " dev.finetune:finetune-dl4j on the class path it opens");
    }
    return reader.get().read(graph, file);
  }
}
