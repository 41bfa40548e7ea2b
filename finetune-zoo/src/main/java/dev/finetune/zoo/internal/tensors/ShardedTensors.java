package dev.finetune.zoo.internal.tensors;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.LinkedHashMultimap;
import com.google.common.collect.SetMultimap;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.weights.Tensor;
import dev.finetune.zoo.internal.json.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tensors in several files, as model hubs split large models: safetensors, or files of PyTorch. The
 * index, {@code model.safetensors.index.json} or {@code pytorch_model.bin.index.json}, has the file
 * of each tensor in {@code weight_map}; the files lie beside it.
 */
public final class ShardedTensors implements TensorSource {

  /** Opens one of the files. */
  @FunctionalInterface
  public interface Opener {

    /**
     * Opens a file.
     *
     * @throws IOException if it cannot be read or used
     */
    TensorSource open(Path file) throws IOException;
  }

  /** The key of the index that maps tensors to files. */
  public static final String WEIGHT_MAP = "weight_map";

  private final String file;
  private final ImmutableMap<String, TensorSource> parts;
  private final ImmutableMap<String, String> partOf;
  private final ImmutableMap<String, TensorInfo> tensors;

  private ShardedTensors(
      String file,
      Map<String, TensorSource> parts,
      Map<String, String> partOf,
      Map<String, TensorInfo> tensors) {
    this.file = file;
    this.parts = ImmutableMap.copyOf(parts);
    this.partOf = ImmutableMap.copyOf(partOf);
    this.tensors = ImmutableMap.copyOf(tensors);
  }

  /**
   * Opens an index and reads the descriptions of the tensors in its files.
   *
   * @param opener opens the files
   * @throws UnreadableFileException if the index or a header is not valid, or a file does not have
   *     a tensor that the index says it has
   * @throws IOException if a file does not exist or cannot be read
   */
  public static ShardedTensors open(Path index, Opener opener) throws IOException {
    Map<String, String> partOf = partOf(index);
    Map<String, TensorSource> parts = new LinkedHashMap<>();
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : partOf.entrySet()) {
      TensorSource part = parts.get(entry.getValue());
      if (part == null) {
        part = part(index, entry.getValue(), opener);
        parts.put(entry.getValue(), part);
      }
      TensorInfo tensor = part.tensors().get(entry.getKey());
      if (tensor == null) {
        throw new UnreadableFileException(
            index.toString(),
            WEIGHT_MAP,
            "every file must have the tensors that the index maps to it, got "
                + entry.getValue()
                + " without "
                + entry.getKey());
      }
      tensors.put(entry.getKey(), tensor);
    }
    return new ShardedTensors(index.toString(), parts, partOf, tensors);
  }

  private static TensorSource part(Path index, String name, Opener opener) throws IOException {
    Path file = index.toAbsolutePath().resolveSibling(name);
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(
          file.toString(), index.toString(), "the index lists this file, which must lie beside it");
    }
    return opener.open(file);
  }

  /**
   * Returns the files that an index lists, in the order of their names.
   *
   * @throws UnreadableFileException if the index is not valid
   * @throws IOException if it cannot be read
   */
  public static ImmutableList<Path> files(Path index) throws IOException {
    return partOf(index).values().stream()
        .distinct()
        .sorted()
        .map(index.toAbsolutePath()::resolveSibling)
        .collect(ImmutableList.toImmutableList());
  }

  private static Map<String, String> partOf(Path index) throws IOException {
    JsonNode map = JsonFile.read(index).path(WEIGHT_MAP);
    if (!map.isObject() || map.isEmpty()) {
      throw new UnreadableFileException(
          index.toString(), WEIGHT_MAP, "must map the names of tensors to files, got none");
    }
    Map<String, String> parts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String name = entry.getValue().asText();
      // Not a path: an index must not make this library read other files.
      if (!name.matches("[^/\\\\:\\x00]+") || name.startsWith(".")) {
        throw new UnreadableFileException(
            index.toString(),
            WEIGHT_MAP,
            "must map to names of files beside the index, got \"" + name + "\"");
      }
      parts.put(entry.getKey(), name);
    }
    return parts;
  }

  @Override
  public String file() {
    return file;
  }

  @Override
  public ImmutableMap<String, TensorInfo> tensors() {
    return tensors;
  }

  @Override
  public ImmutableSet<String> foreign() {
    return parts.values().stream()
        .flatMap(part -> part.foreign().stream())
        .collect(ImmutableSet.toImmutableSet());
  }

  @Override
  public Map<String, Tensor> read(Collection<String> names) throws IOException {
    SetMultimap<String, String> byPart = LinkedHashMultimap.create();
    for (String name : names) {
      byPart.put(partOf.getOrDefault(name, ""), name);
    }
    Map<String, Tensor> read = new HashMap<>();
    for (String part : byPart.keySet()) {
      TensorSource source = parts.get(part);
      if (source == null) {
        throw new IllegalArgumentException(
            "name must be one of a tensor in " + file + ", got " + byPart.get(part));
      }
      read.putAll(source.read(byPart.get(part)));
    }
    return read;
  }
}
