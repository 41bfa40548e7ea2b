package dev.finetune.weights.safetensors;

import com.google.common.collect.ImmutableMap;
import dev.finetune.data.UnreadableFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file: eight bytes with the length of the text, then the text. It is
 * JSON with the type, shape and byte range of each tensor. Every byte after it belongs to exactly
 * one tensor, which the format requires.
 */
final class SafetensorsHeader {

  static final int LENGTH_BYTES = 8;

  private static final long MAX_TEXT = 100_000_000; // the limit of the reference reader

  private final ImmutableMap<String, StoredTensor> tensors;
  private final long bytes;

  private SafetensorsHeader(Map<String, StoredTensor> tensors, long bytes) {
    this.tensors = ImmutableMap.copyOf(tensors);
    this.bytes = bytes;
  }

  /**
   * Reads the header.
   *
   * @param source the name of the input, for messages
   * @param total the number of bytes in the stream, header included
   * @throws UnreadableFileException if the header is missing or invalid, or a byte belongs to no
   *     tensor or to several
   */
  static SafetensorsHeader read(String source, InputStream in, long total) throws IOException {
    byte[] first = in.readNBytes(LENGTH_BYTES);
    long length =
        first.length == LENGTH_BYTES
            ? ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).getLong()
            : -1;
    if (length < 2 || length > MAX_TEXT || length > total - LENGTH_BYTES) {
      throw new UnreadableFileException(
          source,
          "",
          String.format(
              "a safetensors header must have 2 to %d bytes and end within the %d bytes of the"
                  + " file, got a length of %d",
              MAX_TEXT, total, length));
    }
    byte[] text = in.readNBytes((int) length);
    Map<String, StoredTensor> tensors = HeaderText.parse(source, characters(source, text));
    long bytes = LENGTH_BYTES + length;
    requireContiguous(source, tensors, total - bytes);
    return new SafetensorsHeader(tensors, bytes);
  }

  private static String characters(String source, byte[] text) throws IOException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
    } catch (CharacterCodingException e) {
      throw new UnreadableFileException(
          source, "", "the safetensors header must be UTF-8, got other bytes", e);
    }
  }

  private static void requireContiguous(
      String source, Map<String, StoredTensor> tensors, long dataBytes) throws IOException {
    long end = 0;
    for (StoredTensor tensor : inOrder(tensors)) {
      if (tensor.from() != end) {
        throw new UnreadableFileException(
            source,
            "tensor " + tensor.name(),
            String.format(
                "tensors must be contiguous, so it must begin at byte %d, got %d",
                end, tensor.from()));
      }
      if (tensor.to() > dataBytes) {
        throw new UnreadableFileException(
            source,
            "tensor " + tensor.name(),
            String.format(
                "its bytes must lie within the %d bytes of data, got %d to %d: the file is"
                    + " truncated or damaged",
                dataBytes, tensor.from(), tensor.to()));
      }
      end = tensor.to();
    }
    if (end != dataBytes) {
      throw new UnreadableFileException(
          source,
          "",
          String.format("the tensors must end at the last byte, %d, got %d", dataBytes, end));
    }
  }

  private static List<StoredTensor> inOrder(Map<String, StoredTensor> tensors) {
    return tensors.values().stream()
        .sorted(Comparator.comparingLong(StoredTensor::from).thenComparing(StoredTensor::to))
        .toList();
  }

  /** Returns the number of bytes that the header takes, its length included. */
  long bytes() {
    return bytes;
  }

  /** Returns the tensors by name, in the order of the header. */
  ImmutableMap<String, StoredTensor> tensors() {
    return tensors;
  }

  /** Returns the tensors in the order of their values. */
  List<StoredTensor> inOrder() {
    return inOrder(tensors);
  }
}
