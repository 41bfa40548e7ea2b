package dev.finetune.weights.safetensors;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.weights.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;

/** A writer of float32 safetensors. The same tensors give the same bytes. */
public final class SafetensorsWriter {

  private static final int PIECE = 1 << 16;

  /** The alignment of the first value in bytes, as in the reference writer. */
  private static final int ALIGNMENT = 8;

  private SafetensorsWriter() {}

  /**
   * Writes the header and the values. Does not close the stream.
   *
   * @param tensors the tensors by name, in the order in which to write them
   * @param out receives the bytes
   * @throws IOException if the stream cannot be written to
   */
  public static void write(Map<String, Tensor> tensors, OutputStream out) throws IOException {
    byte[] text = header(tensors);
    ByteBuffer length = ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES);
    out.write(length.order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).array());
    out.write(text);
    for (Tensor tensor : tensors.values()) {
      write(tensor.values(), out);
    }
  }

  private static byte[] header(Map<String, Tensor> tensors) throws IOException {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    long from = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      long to = from + (long) Float.BYTES * entry.getValue().values().length;
      ObjectNode tensor = json.putObject(entry.getKey()).put("dtype", NumberType.F32.name());
      entry.getValue().shape().forEach(tensor.putArray("shape")::add);
      tensor.putArray("data_offsets").add(from).add(to);
      from = to;
    }
    byte[] text = new JsonMapper().writeValueAsBytes(json);
    int padded = (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    byte[] aligned = Arrays.copyOf(text, padded);
    Arrays.fill(aligned, text.length, padded, (byte) ' ');
    return aligned;
  }

  private static void write(float[] values, OutputStream out) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
    int perPiece = PIECE / Float.BYTES;
    for (int at = 0; at < values.length; at += perPiece) {
      int count = Math.min(perPiece, values.length - at);
      piece.asFloatBuffer().put(values, at, count);
      out.write(piece.array(), 0, count * Float.BYTES);
    }
  }
}
