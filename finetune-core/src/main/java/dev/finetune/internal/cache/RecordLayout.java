package dev.finetune.internal.cache;

import dev.finetune.train.FeatureCache.Precision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.List;

/**
 * How the features of one image are laid out: the values of each output one after another, little
 * endian, filled up to 64 bytes.
 *
 * @param sizes how many values each output has
 */
record RecordLayout(List<Integer> sizes, Precision precision) {

  private static final int LINE = 64;

  RecordLayout {
    sizes = List.copyOf(sizes);
  }

  /** The bytes of the values, filled up. */
  int payloadBytes() {
    long values = sizes.stream().mapToLong(Integer::longValue).sum();
    long bytes = values * (precision == Precision.FLOAT16 ? Short.BYTES : Float.BYTES);
    return Math.toIntExact((bytes + LINE - 1) / LINE * LINE);
  }

  /** Writes the values at the buffer's position and moves it behind the payload. */
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

  /** The values at the buffer's start: float32 where it lies, float16 decoded. */
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
