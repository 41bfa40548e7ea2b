package dev.finetune.internal.onednn;

import dev.finetune.engine.Parameter;
import dev.finetune.graph.layer.ParameterSpec;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * A trainable parameter in native memory.
 *
 * @param gradients the gradient of each shard
 * @param shards returns how many shards the last batch had
 * @param open throws if the network is closed
 * @param changed is run after every change of values
 */
record StoredParameter(
    String layer,
    ParameterSpec spec,
    FloatBuffer values,
    List<FloatBuffer> gradients,
    IntSupplier shards,
    Runnable open,
    Runnable changed)
    implements Parameter {

  /**
   * A scratch array per thread. Allocating one per call would allocate as many bytes per step as
   * all gradients have.
   */
  private static final ThreadLocal<float[]> MORE = ThreadLocal.withInitial(() -> new float[0]);

  private static float[] scratch(int length) {
    if (MORE.get().length < length) {
      MORE.set(new float[length]);
    }
    return MORE.get();
  }

  @Override
  public void read(int from, float[] into, int length) {
    open.run();
    values.get(from, into, 0, length);
  }

  @Override
  public void write(int from, float[] written, int length) {
    open.run();
    values.put(from, written, 0, length);
    changed.run();
  }

  /** Copies the sum of the shards' gradients, added in a fixed order. */
  @Override
  public void gradient(int from, float[] into, int length) {
    open.run();
    gradients.get(0).get(from, into, 0, length);
    int all = shards.getAsInt();
    if (all == 1) {
      return;
    }
    float[] more = scratch(length);
    for (int shard = 1; shard < all; shard++) {
      gradients.get(shard).get(from, more, 0, length);
      for (int i = 0; i < length; i++) {
        into[i] += more[i];
      }
    }
  }
}
