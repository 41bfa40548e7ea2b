package dev.finetune.zoo.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.finetune.weights.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The safetensors format: eight bytes with the length of a JSON header, the header with type, shape
 * and place of each tensor, then the values, little-endian. F32, F16 and BF16 are read, and I64 for
 * counts.
 */
final class Safetensors implements TorchTensors {

  private static final int LENGTH_BYTES = 8;
  private static final long MAX_HEADER = 100_000_000; // the limit of the reference reader

  private final Path file;
  private final ImmutableMap<String, JsonNode> header;
  private final long dataStart;

  private Safetensors(Path file, Map<String, JsonNode> header, long dataStart) {
    this.file = file;
    this.header = ImmutableMap.copyOf(header);
    this.dataStart = dataStart;
  }

  /** Reads the header. */
  static Safetensors open(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer first = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      long length = fill(channel, first, 0) ? first.getLong(0) : -1;
      if (length < 2 || length > MAX_HEADER || length > channel.size() - LENGTH_BYTES) {
        throw new IOException(file + ": a safetensors header does not fit; it says " + length);
      }
      ByteBuffer text = ByteBuffer.allocate((int) length);
      fill(channel, text, LENGTH_BYTES);
      Map<String, JsonNode> entries = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> entry : json(file, text.array()).properties()) {
        if (!entry.getKey().equals("__metadata__")) {
          entries.put(entry.getKey(), entry.getValue());
        }
      }
      return new Safetensors(file, entries, LENGTH_BYTES + length);
    }
  }

  private static boolean fill(FileChannel channel, ByteBuffer target, long from)
      throws IOException {
    while (target.hasRemaining()) {
      if (channel.read(target, from + target.position()) < 0) {
        return false;
      }
    }
    return true;
  }

  private static JsonNode json(Path file, byte[] text) throws IOException {
    try {
      return new ObjectMapper().readTree(new String(text, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IOException(file + ": the safetensors header is not JSON", e);
    }
  }

  @Override
  public Set<String> names() {
    return ImmutableSet.copyOf(header.keySet());
  }

  @Override
  public Map<String, Tensor> read() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (FileChannel channel = FileChannel.open(file)) {
      for (Map.Entry<String, JsonNode> entry : header.entrySet()) {
        tensors.put(entry.getKey(), tensor(channel, entry.getKey(), entry.getValue()));
      }
    }
    return tensors;
  }

  private Tensor tensor(FileChannel channel, String name, JsonNode entry) throws IOException {
    List<Integer> shape = new ArrayList<>();
    entry.path("shape").forEach(d -> shape.add(d.asInt()));
    long count = shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    long from = entry.path("data_offsets").path(0).asLong(-1);
    long to = entry.path("data_offsets").path(1).asLong(-1);
    NumberType type = type(name, entry.path("dtype").asText());
    if (from < 0
        || count > Integer.MAX_VALUE
        || to - from != count * type.bytes()
        || dataStart + to > channel.size()) {
      throw new IOException(
          String.format(
              "%s: tensor %s of shape %s and type %s lies at bytes %d to %d of %d: cut off or"
                  + " wrong",
              file, name, shape, type, from, to, channel.size() - dataStart));
    }
    ByteBuffer data =
        channel
            .map(FileChannel.MapMode.READ_ONLY, dataStart + from, to - from)
            .order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[(int) count];
    for (int i = 0; i < values.length; i++) {
      values[i] = type.at(data, i * type.bytes());
    }
    return Tensor.of(shape, values);
  }

  private NumberType type(String name, String type) throws IOException {
    return switch (type) {
      case "F32" -> NumberType.F32;
      case "F16" -> NumberType.F16;
      case "BF16" -> NumberType.BF16;
      case "I64" -> NumberType.I64;
      default ->
          throw new IOException(
              file
                  + ": tensor "
                  + name
                  + " is "
                  + type
                  + "; read are F32, F16 and BF16, and I64 for counts");
    };
  }
}
