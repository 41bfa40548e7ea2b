package dev.finetune.weights.safetensors;

import com.google.common.collect.ImmutableMap;
import dev.finetune.weights.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Safetensors that are read once, from the first byte to the last: each byte belongs to the header
 * or to one tensor. So what is computed of the bytes on their way, such as a hash, is of all that
 * was read and of nothing else.
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
   * Reads the header. No value is read, and no room made for any.
   *
   * @param source what is read, for the messages
   * @param bytes how many the stream gives
   * @throws IOException if it is none, or bytes belong to no tensor or to several
   */
  public static SafetensorsStream open(String source, InputStream in, long bytes)
      throws IOException {
    SafetensorsHeader header = SafetensorsHeader.read(source, in, bytes);
    List<StoredTensor> sorted = new ArrayList<>();
    for (String name : header.names()) {
      sorted.add(header.tensor(name));
    }
    sorted.sort(Comparator.comparingLong(StoredTensor::from).thenComparing(StoredTensor::to));
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    long end = 0;
    for (StoredTensor tensor : sorted) {
      if (tensor.from() != end) {
        throw new IOException(
            String.format(
                "%s: tensors lie one behind another, and tensor %s must begin at byte %d, got %d",
                source, tensor.name(), end, tensor.from()));
      }
      tensors.put(tensor.name(), tensor);
      end = tensor.to();
    }
    if (end != header.dataBytes()) {
      throw new IOException(
          String.format(
              "%s: the tensors must end where the bytes do, at %d, got %d",
              source, header.dataBytes(), end));
    }
    return new SafetensorsStream(source, in, tensors);
  }

  /** Returns what the header says of each tensor, in the order of their values. */
  public ImmutableMap<String, StoredTensor> tensors() {
    return tensors;
  }

  /**
   * Reads the values; once.
   *
   * @throws IOException if the stream ends before them
   */
  public Map<String, Tensor> read() throws IOException {
    Map<String, Tensor> values = new LinkedHashMap<>();
    try {
      for (StoredTensor tensor : tensors.values()) {
        values.put(tensor.name(), tensor.read(in));
      }
    } catch (EOFException e) {
      throw new IOException(source + ": " + e.getMessage(), e);
    }
    return values;
  }
}
