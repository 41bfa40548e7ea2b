package dev.finetune.zoo.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finetune.weights.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The safetensors format: eight bytes with the length of a JSON header, the header with type, shape
 * and place of each tensor, then the values, little-endian. F32, F16 and BF16 are read.
 */
final class Safetensors {

  private static final int LENGTH_BYTES = 8;
  private static final long MAX_HEADER = 100_000_000; // the limit of the reference reader

  private Safetensors() {}

  static Map<String, Tensor> read(Path file) throws IOException {
    byte[] raw = Files.readAllBytes(file);
    ByteBuffer bytes = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    long length = bytes.capacity() < LENGTH_BYTES ? -1 : bytes.getLong(0);
    if (length < 2 || length > MAX_HEADER || length > bytes.capacity() - LENGTH_BYTES) {
      throw new IOException(file + ": a safetensors header does not fit; it says " + length);
    }
    JsonNode header = header(file, raw, (int) length);
    ByteBuffer data =
        bytes
            .slice(LENGTH_BYTES + (int) length, bytes.capacity() - LENGTH_BYTES - (int) length)
            .order(ByteOrder.LITTLE_ENDIAN);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : header.properties()) {
      if (!entry.getKey().equals("__metadata__")) {
        tensors.put(entry.getKey(), tensor(file, entry.getKey(), entry.getValue(), data));
      }
    }
    return tensors;
  }

  private static JsonNode header(Path file, byte[] raw, int length) throws IOException {
    try {
      return new ObjectMapper()
          .readTree(new String(raw, LENGTH_BYTES, length, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IOException(file + ": the safetensors header is not JSON", e);
    }
  }

  private static Tensor tensor(Path file, String name, JsonNode entry, ByteBuffer data)
      throws IOException {
    List<Integer> shape = new ArrayList<>();
    entry.path("shape").forEach(d -> shape.add(d.asInt()));
    long count = shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    long from = entry.path("data_offsets").path(0).asLong(-1);
    long to = entry.path("data_offsets").path(1).asLong(-1);
    String type = entry.path("dtype").asText();
    int width =
        switch (type) {
          case "F32" -> 4;
          case "F16", "BF16" -> 2;
          default ->
              throw new IOException(
                  file + ": tensor " + name + " is " + type + "; read are F32, F16 and BF16");
        };
    if (from < 0 || to > data.capacity() || to - from != count * width) {
      throw new IOException(
          String.format(
              "%s: tensor %s of shape %s and type %s lies at bytes %d to %d of %d: cut off or"
                  + " wrong",
              file, name, shape, type, from, to, data.capacity()));
    }
    float[] values = new float[(int) count];
    for (int i = 0; i < values.length; i++) {
      int at = (int) from + i * width;
      values[i] =
          switch (type) {
            case "F32" -> data.getFloat(at);
            case "F16" -> half(data.getShort(at));
            default -> Float.intBitsToFloat(data.getShort(at) << 16); // BF16: the upper half
          };
    }
    return Tensor.of(shape, values);
  }

  /** IEEE 754 binary16: one sign bit, five of exponent (bias 15), ten of fraction. */
  static float half(short bits) {
    int sign = bits & 0x8000;
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    float magnitude;
    if (exponent == 0) {
      magnitude = fraction * 0x1p-24f; // subnormal
    } else if (exponent == 0x1f) {
      magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else {
      magnitude = Float.intBitsToFloat(((exponent + 127 - 15) << 23) | (fraction << 13));
    }
    return sign == 0 ? magnitude : -magnitude;
  }
}
