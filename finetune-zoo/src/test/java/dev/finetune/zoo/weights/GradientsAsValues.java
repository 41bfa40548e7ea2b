package dev.finetune.zoo.weights;

import dev.finetune.internal.network.ParameterUpdater;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** Puts the gradients in the place of the values, where a test can read them. */
final class GradientsAsValues implements ParameterUpdater {

  private static final int LINE = 64;

  private final BytePointer memory;
  private final Pointer values;
  private final List<Pointer> gradients = new ArrayList<>();
  private final long count;

  GradientsAsValues(long count, int shards) {
    this.count = count;
    long bytes = count * Float.BYTES;
    long stretch = (bytes + LINE - 1) / LINE * LINE;
    this.memory = new BytePointer((1 + shards) * stretch + LINE);
    Pointer.memset(memory, 0, memory.capacity());
    long start = (LINE - memory.address() % LINE) % LINE;
    this.values = memory.getPointer(start);
    for (int shard = 1; shard <= shards; shard++) {
      gradients.add(memory.getPointer(start + shard * stretch));
    }
  }

  @Override
  public Pointer values() {
    return values;
  }

  @Override
  public Pointer gradients(int shard) {
    return gradients.get(shard);
  }

  @Override
  public void update(int shards) {
    FloatPointer to = new FloatPointer(values);
    for (long i = 0; i < count; i++) {
      float sum = 0;
      for (int shard = 0; shard < shards; shard++) {
        sum += new FloatPointer(gradients.get(shard)).get(i);
      }
      to.put(i, sum);
    }
  }

  @Override
  public long bytes() {
    return memory.capacity();
  }

  @Override
  public void close() {
    memory.close();
  }
}
