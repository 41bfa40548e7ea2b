package dev.finetune.weights.safetensors;

import com.google.common.collect.ImmutableMap;
import dev.finetune.weights.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Safetensors that are read once, from the first byte to the last. Every byte belongs to the header
 * or to one tensor. A hash computed over the stream therefore covers exactly what was read.
 */
public final class SafetensorsStream {

  private final String source;
  private final InputStream in;
  private final ImmutableMap<String, StoredTensor> tensors;

  private SafetensorsStream(String source, InputStream in, Map<String, StoredTensor> tensors) {
    this.source = source;
    this.in = in;
    this.tensors = ImmutableMap.copyOf(tensors);
  }

  /**
   * Reads the header. Neither reads values nor allocates memory for them.
   *
   * @param source the name of the input, for messages
   * @param in the stream, at the first byte of the header
   * @param bytes the number of bytes in the stream
   * @return the stream, ready for {@link #read}
   * @throws dev.finetune.data.UnreadableFileException if the header is missing or invalid, or a
   *     byte belongs to no tensor or to several
   * @throws IOException if the stream cannot be read
   */
  public static SafetensorsStream open(String source, InputStream in, long bytes)
      throws IOException {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    SafetensorsHeader.read(source, in, bytes)
        .inOrder()
        .forEach(tensor -> tensors.put(tensor.name(), tensor));
    return new SafetensorsStream(source, in, tensors);
  }

  /** {@return the header's entry for each tensor, in the order of the values} */
  public ImmutableMap<String, StoredTensor> tensors() {
    return tensors;
  }

  /**
   * Reads the values. Can be called once.
   *
   * @return the tensors by name, in the order of their values
   * @throws dev.finetune.data.UnreadableFileException if the stream ends too early
   * @throws IOException if the stream cannot be read
   */
  public Map<String, Tensor> read() throws IOException {
    Map<String, Tensor> values = new LinkedHashMap<>();
    for (StoredTensor tensor : tensors.values()) {
      values.put(tensor.name(), tensor.read(source, in));
    }
    return values;
  }
}
