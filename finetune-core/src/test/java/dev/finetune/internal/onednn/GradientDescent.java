package dev.finetune.internal.onednn;

import dev.finetune.internal.network.ParameterUpdater;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** Subtracts the gradients from the values, so that the change of a step is its gradient. */
final class GradientDescent implements ParameterUpdater {

  private final long count;
  private final AlignedMemory values;
  private final List<AlignedMemory> gradients;

  GradientDescent(long count, int shards) {
    this.count = count;
    this.values = AlignedMemory.zeroed(count * Float.BYTES);
    this.gradients =
        Stream.generate(() -> AlignedMemory.zeroed(count * Float.BYTES)).limit(shards).toList();
  }

  @Override
  public Pointer values() {
    return values.pointer();
  }

  @Override
  public Pointer gradients(int shard) {
    return gradients.get(shard).pointer();
  }

  @Override
  public void update(int shards) {
    FloatPointer value = new FloatPointer(values.pointer());
    for (AlignedMemory gradient : gradients.subList(0, shards)) {
      FloatPointer of = new FloatPointer(gradient.pointer());
      for (long i = 0; i < count; i++) {
        value.put(i, value.get(i) - of.get(i));
      }
    }
  }

  @Override
  public long bytes() {
    return values.bytes() * (1 + gradients.size());
  }

  @Override
  public void close() {
    values.close();
    gradients.forEach(AlignedMemory::close);
  }
}
