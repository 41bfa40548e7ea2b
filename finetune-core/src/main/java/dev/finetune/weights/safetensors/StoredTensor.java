package dev.finetune.weights.safetensors;

import dev.finetune.data.UnreadableFileException;
import dev.finetune.weights.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The entry of a tensor in the header of a safetensors file.
 *
 * @param name the name of the tensor
 * @param type the number format of the values
 * @param shape the dimensions, slowest first; their product is at most {@code Integer.MAX_VALUE}
 * @param from the index of the first byte, counted from the end of the header
 * @param to the index after the last byte
 */
public record StoredTensor(String name, NumberType type, List<Integer> shape, long from, long to) {

  private static final int PIECE = 1 << 16;

  /**
   * Creates an entry. Copies the shape.
   *
   * @param name the name of the tensor
   * @param type the number format of the values
   * @param shape the dimensions, slowest first
   * @param from the index of the first byte
   * @param to the index after the last byte
   */
  public StoredTensor {
    shape = List.copyOf(shape);
  }

  /**
   * Reads the values from a stream that is at their first byte.
   *
   * @param source the name of the input, for messages
   */
  Tensor read(String source, InputStream in) throws IOException {
    float[] values = new float[(int) ((to - from) / type.bytes())];
    byte[] piece = new byte[(int) Math.min(PIECE, to - from)];
    ByteBuffer numbers = ByteBuffer.wrap(piece).order(ByteOrder.LITTLE_ENDIAN);
    int perPiece = PIECE / type.bytes();
    for (int at = 0; at < values.length; at += perPiece) {
      int count = Math.min(perPiece, values.length - at);
      int bytes = count * type.bytes();
      if (in.readNBytes(piece, 0, bytes) < bytes) {
        throw new UnreadableFileException(
            source, "tensor " + name, "must have " + (to - from) + " bytes, got a truncated file");
      }
      type.copy(numbers, values, at, count);
    }
    return Tensor.of(shape, values);
  }
}
