package dev.finetune.weights.safetensors;

import dev.finetune.weights.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A tensor as the header of a safetensors file describes it.
 *
 * @param name its name
 * @param type how its numbers are stored
 * @param shape its dimensions, slowest first; their product is at most {@code Integer.MAX_VALUE}
 * @param from the place of its first byte, behind the header
 * @param to the place behind its last byte
 */
public record StoredTensor(String name, NumberType type, List<Integer> shape, long from, long to) {

  private static final int PIECE = 1 << 16;

  public StoredTensor {
    shape = List.copyOf(shape);
  }

  /** Reads its values from a stream that stands at its first byte. */
  Tensor read(InputStream in) throws IOException {
    float[] values = new float[(int) ((to - from) / type.bytes())];
    byte[] piece = new byte[(int) Math.min(PIECE, to - from)];
    ByteBuffer numbers = ByteBuffer.wrap(piece).order(ByteOrder.LITTLE_ENDIAN);
    int perPiece = PIECE / type.bytes();
    for (int at = 0; at < values.length; at += perPiece) {
      int count = Math.min(perPiece, values.length - at);
      int bytes = count * type.bytes();
      if (in.readNBytes(piece, 0, bytes) < bytes) {
        throw new EOFException("tensor " + name + " is cut off");
      }
      type.copy(numbers, values, at, count);
    }
    return Tensor.of(shape, values);
  }
}
