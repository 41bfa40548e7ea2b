package dev.finetune.weights.safetensors;

import com.google.common.collect.ImmutableSet;
import dev.finetune.weights.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A safetensors file of anybody's: a header with type, shape and place of each tensor, then the
 * values, little-endian. F32, F16 and BF16 are read, and I64 for counts.
 */
public final class SafetensorsFile {

  private final Path file;
  private final SafetensorsHeader header;

  private SafetensorsFile(Path file, SafetensorsHeader header) {
    this.file = file;
    this.header = header;
  }

  /**
   * Reads the header.
   *
   * @throws IOException if it is none; the message names the file
   */
  public static SafetensorsFile open(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new SafetensorsFile(
          file, SafetensorsHeader.read(file.toString(), in, Files.size(file)));
    }
  }

  /** Returns the tensors' names; their values are not read for it. */
  public ImmutableSet<String> names() {
    return header.names();
  }

  /**
   * Reads all tensors with their values.
   *
   * @throws IOException if one is cut off, contradictory or of a type that is not read; the message
   *     names the file
   */
  public Map<String, Tensor> read() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (FileChannel channel = FileChannel.open(file)) {
      InputStream in = Channels.newInputStream(channel);
      for (String name : header.names()) {
        StoredTensor tensor = header.tensor(name);
        channel.position(header.bytes() + tensor.from());
        tensors.put(name, tensor.read(in));
      }
    } catch (EOFException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
    return tensors;
  }
}
