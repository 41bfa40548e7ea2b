package dev.finetune.weights.safetensors;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableSet;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.weights.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A safetensors file from any source: a header with the type, shape and position of each tensor,
 * followed by the values. {@link NumberType} lists the types that are read.
 */
public final class SafetensorsFile {

  private final Path file;
  private final SafetensorsHeader header;

  private SafetensorsFile(Path file, SafetensorsHeader header) {
    this.file = file;
    this.header = header;
  }

  /**
   * Opens a file and reads its header.
   *
   * @param file the file to read
   * @return the file, whose values have not been read
   * @throws UnreadableFileException if the file has no valid header, or a tensor of another type,
   *     or bytes that belong to no tensor or to several
   * @throws IOException if the file cannot be read
   */
  public static SafetensorsFile open(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new SafetensorsFile(
          file, SafetensorsHeader.read(file.toString(), in, Files.size(file)));
    }
  }

  /** {@return the names of the tensors, in the order of the header} Does not read values. */
  public ImmutableSet<String> names() {
    return header.tensors().keySet();
  }

  /**
   * {@return the type, shape and position of a tensor} Does not read values.
   *
   * @param name one of {@link #names}
   * @throws IllegalArgumentException if no tensor has this name
   */
  public StoredTensor tensor(String name) {
    StoredTensor tensor = header.tensors().get(name);
    checkArgument(
        tensor != null, "The name of a tensor of %s must be one of its names, got %s", file, name);
    return tensor;
  }

  /**
   * Reads all tensors with their values.
   *
   * @return the tensors by name, in the order of the header
   * @throws UnreadableFileException if the file has become shorter
   * @throws IOException if the file cannot be read
   */
  public Map<String, Tensor> read() throws IOException {
    return read(names());
  }

  /**
   * Reads some tensors with their values. Neither reads nor takes memory for the others.
   *
   * @param names the names of the tensors
   * @return the tensors by name, in the order of {@code names}
   * @throws IllegalArgumentException if no tensor has one of the names
   * @throws UnreadableFileException if the file has become shorter
   * @throws IOException if the file cannot be read
   */
  public Map<String, Tensor> read(Collection<String> names) throws IOException {
    Map<String, StoredTensor> wanted = new LinkedHashMap<>();
    names.forEach(name -> wanted.put(name, tensor(name)));
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (FileChannel channel = FileChannel.open(file)) {
      InputStream in = Channels.newInputStream(channel);
      for (StoredTensor tensor : wanted.values()) {
        channel.position(header.bytes() + tensor.from());
        tensors.put(tensor.name(), tensor.read(file.toString(), in));
      }
    }
    return tensors;
  }
}
