package dev.finetune.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rows of {@link RecipesExperiment}, which are also appended to a file if there is one. */
final class RecipeRows {

  private final Map<RecipeRow.Key, RecipeRow> rows = new LinkedHashMap<>();
  private final Optional<Path> file;

  /** Reads the rows that the file has already. It need not exist. */
  RecipeRows(Optional<Path> file) throws IOException {
    this.file = file;
    if (file.isPresent() && Files.exists(file.get())) {
      for (String line : Files.readAllLines(file.get())) {
        // A later row replaces an earlier one: a training may be repeated with test images.
        RecipeRow.parse(line).ifPresent(row -> rows.put(row.key(), row));
      }
    }
  }

  /** Returns the row of a training, if there is one. */
  Optional<RecipeRow> find(RecipeRow.Key key) {
    return Optional.ofNullable(rows.get(key));
  }

  /** Returns the last row of each training. */
  List<RecipeRow> all() {
    return List.copyOf(rows.values());
  }

  /** Appends a row. */
  void add(RecipeRow row) throws IOException {
    rows.put(row.key(), row);
    if (file.isPresent()) {
      String text = Files.exists(file.get()) ? Files.readString(file.get()) : "";
      // A run that was killed may have left a part of a line.
      String before = text.isEmpty() ? RecipeRow.HEADER + "\n" : text.endsWith("\n") ? "" : "\n";
      Files.writeString(
          file.get(),
          before + row.line() + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
  }
}
