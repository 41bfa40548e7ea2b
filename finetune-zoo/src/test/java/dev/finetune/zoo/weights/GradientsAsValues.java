package dev.finetune.zoo.weights;

import dev.finetune.internal.network.ParameterUpdater;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** Puts the gradients in the place of the values, where a test can read them. */
final class GradientsAsValues implements ParameterUpdater {

  private static final int LINE = 64;

  private final BytePointer memory;
  private final Pointer values;
  private final Pointer gradients;
  private final long bytes;

  GradientsAsValues(long count) {
    this.bytes = count * Float.BYTES;
    long stretch = (bytes + LINE - 1) / LINE * LINE;
    this.memory = new BytePointer(2 * stretch + LINE);
    Pointer.memset(memory, 0, memory.capacity());
    long start = (LINE - memory.address() % LINE) % LINE;
    this.values = memory.getPointer(start);
    this.gradients = memory.getPointer(start + stretch);
  }

  @Override
  public Pointer values() {
    return values;
  }

  @Override
  public Pointer gradients() {
    return gradients;
  }

  @Override
  public void update() {
    Pointer.memcpy(values, gradients, bytes);
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
