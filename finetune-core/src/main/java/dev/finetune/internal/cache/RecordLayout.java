package dev.finetune.internal.cache;

import dev.finetune.train.FeatureCache.Precision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.List;

/**
 * The layout of the features of one image: the values of all outputs one after another, in little
 * endian order, padded to a multiple of 64 bytes.
 *
 * @param sizes the number of values of each output
 * @param precision the type of the stored values
 */
record RecordLayout(List<Integer> sizes, Precision precision) {

  private static final int LINE = 64;

  RecordLayout {
    sizes = List.copyOf(sizes);
  }

  /** Returns the number of bytes of the values, padding included. */
  int payloadBytes() {
    long values = sizes.stream().mapToLong(Integer::longValue).sum();
    long bytes = values * (precision == Precision.FLOAT16 ? Short.BYTES : Float.BYTES);
    return Math.toIntExact((bytes + LINE - 1) / LINE * LINE);
  }

  /** Writes the values at the position of the buffer and moves the position behind the payload. */
  void encode(float[][] outputs, ByteBuffer into) {
    ByteBuffer payload = into.slice(into.position(), payloadBytes()).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer floats = payload.asFloatBuffer();
    ShortBuffer halves = payload.asShortBuffer();
    for (float[] output : outputs) {
      if (precision == Precision.FLOAT32) {
        floats.put(output);
      } else {
        for (float value : output) {
          halves.put(HalfFloats.encode(value));
        }
      }
    }
    into.position(into.position() + payloadBytes());
  }

  /** Returns the values at the start of the buffer: float32 as views, float16 as decoded copies. */
  FloatBuffer[] decode(ByteBuffer record) {
    ByteBuffer payload = record.slice(0, payloadBytes()).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer[] outputs = new FloatBuffer[sizes.size()];
    int at = 0;
    for (int k = 0; k < outputs.length; k++) {
      int size = sizes.get(k);
      outputs[k] =
          precision == Precision.FLOAT32
              ? payload.asFloatBuffer().slice(at, size)
              : decodeHalves(payload.asShortBuffer().slice(at, size));
      at += size;
    }
    return outputs;
  }

  private static FloatBuffer decodeHalves(ShortBuffer source) {
    short[] halves = new short[source.remaining()];
    source.get(halves);
    float[] values = new float[halves.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = HalfFloats.decode(halves[i]);
    }
    return FloatBuffer.wrap(values);
  }
}
