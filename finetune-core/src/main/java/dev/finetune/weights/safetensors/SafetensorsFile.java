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
 * A safetensors file from any source: a header with the type, shape and position of each tensor,
 * followed by the values. F32, F16, BF16 and I64 are supported.
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
   * @throws IOException if the file cannot be read or has no valid header; the message names the
   *     file
   */
  public static SafetensorsFile open(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new SafetensorsFile(
          file, SafetensorsHeader.read(file.toString(), in, Files.size(file)));
    }
  }

  /** {@return the names of the tensors, in the order of the header} Does not read values. */
  public ImmutableSet<String> names() {
    return header.names();
  }

  /**
   * Reads all tensors with their values.
   *
   * @return the tensors by name, in the order of the header
   * @throws IOException if the file cannot be read, or a tensor is truncated, inconsistent or of an
   *     unsupported type; the message names the file
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
