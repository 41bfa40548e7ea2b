package dev.finetune.zoo.internal.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.io.Closer;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.zoo.internal.json.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A reader of weights that Keras 3 has saved in pieces ({@code max_shard_size}): an index, {@code
 * NAME.weights.json}, and files {@code NAME_00000.weights.h5} beside it.
 */
public final class KerasShards {

  private static final int MOST_FILES = 10_000;

  /** A name without a folder, so that the index cannot name a file elsewhere. */
  private static final Pattern NAME = Pattern.compile("[^/\\\\:]+\\.weights\\.h5");

  private KerasShards() {}

  /** Returns whether a file that begins like JSON is an index of Keras. */
  public static boolean is(Path file) throws IOException {
    try {
      Set<String> names = names(JsonFile.read(file));
      return names.stream().anyMatch(name -> NAME.matcher(name).matches());
    } catch (UnreadableFileException e) {
      return false; // of another format
    }
  }

  /** Opens an index and all files that it names. */
  public static KerasFile open(Path index) throws IOException {
    Set<String> names = names(JsonFile.read(index));
    if (names.size() > MOST_FILES) {
      throw new UnreadableFileException(
          index.toString(),
          "weight_map",
          "there must be at most " + MOST_FILES + " files, got " + names.size());
    }
    List<StoredModel> models = new ArrayList<>();
    Closer files = Closer.create();
    try {
      for (String name : names) {
        models.addAll(files.register(shard(index, name)).models());
      }
      return new KerasFile(merged(models), "", files);
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
  }

  /** Returns the files that an index names, in the order of their names. */
  public static List<Path> files(Path index) throws IOException {
    return names(JsonFile.read(index)).stream().sorted().map(index::resolveSibling).toList();
  }

  private static KerasFile shard(Path index, String name) throws IOException {
    Path file = index.resolveSibling(name);
    if (!NAME.matcher(name).matches() || !Files.isRegularFile(file)) {
      throw new UnreadableFileException(
          index.toString(),
          "weight_map",
          "every name must be that of a file .weights.h5 in the same folder, got " + name);
    }
    return KerasH5.open(file);
  }

  /** Returns the names of the files: each group is in one file or in several. */
  private static Set<String> names(JsonNode index) {
    Set<String> names = new LinkedHashSet<>();
    for (JsonNode value : index.path("weight_map")) {
      if (value.isTextual()) {
        names.add(value.asText());
      }
      value.forEach(name -> names.add(name.asText()));
    }
    return names;
  }

  /** Joins the models of all files by their groups. */
  private static List<StoredModel> merged(List<StoredModel> models) {
    Map<String, StoredModel> merged = new LinkedHashMap<>();
    models.forEach(model -> merged.merge(model.group(), model, KerasShards::joined));
    return List.copyOf(merged.values());
  }

  private static StoredModel joined(StoredModel one, StoredModel other) {
    Map<String, StoredLayer> layers = new LinkedHashMap<>();
    one.layers().forEach(layer -> layers.put(layer.name(), layer));
    other.layers().forEach(layer -> layers.merge(layer.name(), layer, KerasShards::joined));
    Set<String> listed = new LinkedHashSet<>(one.listed());
    listed.addAll(other.listed());
    Set<String> own = new LinkedHashSet<>(one.own());
    own.addAll(other.own());
    // Only the file with a model's first tensor has its own name.
    String path = one.path().equals(one.group()) ? other.path() : one.path();
    return new StoredModel(
        path,
        one.group(),
        one.byClass(),
        List.copyOf(layers.values()),
        List.copyOf(listed),
        List.copyOf(own));
  }

  /** Joins the tensors of a layer, which are numbered. */
  private static StoredLayer joined(StoredLayer one, StoredLayer other) {
    List<StoredLayer.Stored> tensors = new ArrayList<>(one.tensors());
    tensors.addAll(other.tensors());
    tensors.sort(
        Comparator.comparingInt((StoredLayer.Stored stored) -> stored.name().length())
            .thenComparing(StoredLayer.Stored::name));
    String called = one.called().isEmpty() ? other.called() : one.called();
    return new StoredLayer(one.name(), called, tensors);
  }
}
