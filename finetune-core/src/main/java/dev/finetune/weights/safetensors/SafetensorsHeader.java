package dev.finetune.weights.safetensors;

import static com.google.common.base.Preconditions.checkNotNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.math.LongMath;
import dev.finetune.internal.jsontree.JsonTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file: eight bytes with the length of the text, then the text. It is
 * JSON with the type, shape and byte range of each tensor.
 */
final class SafetensorsHeader {

  static final int LENGTH_BYTES = 8;

  /** The key for information about the whole file. It is not a tensor. */
  private static final String METADATA = "__metadata__";

  private static final long MAX_TEXT = 100_000_000; // the limit of the reference reader

  private final String source;
  private final ImmutableMap<String, JsonNode> entries;
  private final long bytes;
  private final long dataBytes;

  private SafetensorsHeader(
      String source, Map<String, JsonNode> entries, long bytes, long dataBytes) {
    this.source = source;
    this.entries = ImmutableMap.copyOf(entries);
    this.bytes = bytes;
    this.dataBytes = dataBytes;
  }

  /**
   * Reads the header.
   *
   * @param source the name of the input, for messages
   * @param total the number of bytes in the stream, header included
   */
  static SafetensorsHeader read(String source, InputStream in, long total) throws IOException {
    byte[] first = in.readNBytes(LENGTH_BYTES);
    long length =
        first.length == LENGTH_BYTES
            ? ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).getLong()
            : -1;
    if (length < 2 || length > MAX_TEXT || length > total - LENGTH_BYTES) {
      throw new IOException(
          String.format(
              "%s: a safetensors header must have 2 to %d bytes and end within the %d bytes of the"
                  + " file, got a length of %d",
              source, MAX_TEXT, total, length));
    }
    Map<String, JsonNode> entries = new LinkedHashMap<>();
    json(source, in.readNBytes((int) length)).properties().stream()
        .filter(entry -> !entry.getKey().equals(METADATA))
        .forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
    long bytes = LENGTH_BYTES + length;
    return new SafetensorsHeader(source, entries, bytes, total - bytes);
  }

  private static JsonNode json(String source, byte[] text) throws IOException {
    try {
      return JsonTree.first(new String(text, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IOException(
          source + ": the safetensors header must be JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Returns the number of bytes that the header takes, its length included. */
  long bytes() {
    return bytes;
  }

  /** Returns the number of bytes after the header. */
  long dataBytes() {
    return dataBytes;
  }

  /** Returns the names of the tensors, in the order of the header. */
  ImmutableSet<String> names() {
    return entries.keySet();
  }

  /**
   * Returns the entry of a tensor.
   *
   * @throws IOException if the entry is inconsistent, its type is not supported, or its bytes lie
   *     outside the file
   */
  StoredTensor tensor(String name) throws IOException {
    JsonNode entry = checkNotNull(entries.get(name), "No tensor is named \"%s\"", name);
    NumberType type = type(name, entry.path("dtype").asText());
    List<Integer> shape = new ArrayList<>();
    boolean valid = entry.path("shape").isArray();
    long count = 1;
    for (JsonNode dimension : entry.path("shape")) {
      valid &= dimension.isInt() && dimension.intValue() >= 0;
      shape.add(dimension.asInt());
      count = LongMath.saturatedMultiply(count, dimension.asInt());
    }
    long from = place(entry, 0);
    long to = place(entry, 1);
    if (!valid
        || count > Integer.MAX_VALUE
        || from < 0
        || to < from
        || to - from != count * type.bytes()
        || to > dataBytes) {
      throw new IOException(
          String.format(
              "%s: the byte range of tensor %s must match its shape %s and type %s and lie within"
                  + " the %d bytes of data, got %d to %d: the file is truncated or damaged",
              source, name, shape, type, dataBytes, from, to));
    }
    return new StoredTensor(name, type, shape, from, to);
  }

  private static long place(JsonNode entry, int index) {
    JsonNode place = entry.path("data_offsets").path(index);
    return place.isIntegralNumber() && place.canConvertToLong() ? place.longValue() : -1;
  }

  private NumberType type(String name, String type) throws IOException {
    return switch (type) {
      case "F32" -> NumberType.F32;
      case "F16" -> NumberType.F16;
      case "BF16" -> NumberType.BF16;
      case "I64" -> NumberType.I64;
      default ->
          throw new IOException(
              source
                  + ": the type of tensor "
                  + name
                  + " must be F32, F16, BF16 or I64, got "
                  + type);
    };
  }
}
