package dev.finetune.internal.onednn;

import dev.finetune.engine.Batch;
import java.nio.FloatBuffer;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;

/** Methods that copy batches into and out of the arena. */
final class Ports {

  private Ports() {}

  /** Writes the examples into the network's inputs, which have the plain layout. */
  static void write(Batch batch, List<Value> inputs, Arena arena) {
    for (int k = 0; k < inputs.size(); k++) {
      FloatBuffer target = buffer(inputs.get(k), arena);
      for (int i = 0; i < batch.size(); i++) {
        target.put(batch.example(i, k, inputs.get(k).shape()));
      }
    }
  }

  /** Writes one row per example into a value with the plain layout. */
  static void write(List<float[]> rows, Value value, Arena arena) {
    FloatBuffer target = buffer(value, arena);
    rows.forEach(target::put);
  }

  /** Reads a value with the plain layout; returns one row per example. */
  static float[][] read(Value value, int batch, Arena arena) {
    FloatBuffer source = buffer(value, arena);
    float[][] rows = new float[batch][value.shape().size()];
    for (float[] row : rows) {
      source.get(row);
    }
    return rows;
  }

  private static FloatBuffer buffer(Value value, Arena arena) {
    return new FloatPointer(value.slot().in(arena))
        .capacity(value.slot().bytes() / Float.BYTES)
        .asBuffer();
  }
}
