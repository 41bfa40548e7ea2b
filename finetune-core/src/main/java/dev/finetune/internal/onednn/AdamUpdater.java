package dev.finetune.internal.onednn;

import dev.finetune.internal.network.ParameterUpdater;
import dev.finetune.train.Adam;
import java.nio.FloatBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Adam in one pass over memory, which is what its time is: a piece of the values and gradients is
 * copied to arrays that stay in the cache, where the compiler vectorises, and back. ND4J's updater
 * makes two passes, the update and its subtraction.
 */
public final class AdamUpdater implements ParameterUpdater {

  /** Values of a piece: four arrays of 16 kB fit into the second-level cache. */
  private static final int PIECE = 4096;

  private final Adam adam;
  private final int threads;
  private final AlignedMemory values;
  private final AlignedMemory gradients;
  private final FloatBuffer valueBuffer;
  private final FloatBuffer gradientBuffer;
  private final float[] means;
  private final float[] squares;
  private int steps;

  /**
   * Makes one.
   *
   * @param count of the values
   * @param threads that update them at a time, at most
   */
  public AdamUpdater(Adam adam, long count, int threads) {
    int size = Math.toIntExact(count);
    this.adam = adam;
    this.threads = threads;
    this.values = AlignedMemory.zeroed(count * Float.BYTES);
    this.gradients = AlignedMemory.zeroed(count * Float.BYTES);
    this.valueBuffer = buffer(values, size);
    this.gradientBuffer = buffer(gradients, size);
    this.means = new float[size];
    this.squares = new float[size];
  }

  private static FloatBuffer buffer(AlignedMemory memory, int count) {
    return new FloatPointer(memory.pointer()).capacity(count).asBuffer();
  }

  @Override
  public Pointer values() {
    return values.pointer();
  }

  @Override
  public Pointer gradients() {
    return gradients.pointer();
  }

  @Override
  public void update() {
    steps++;
    double rate =
        adam.learningRate()
            * Math.sqrt(1 - Math.pow(adam.beta2(), steps))
            / (1 - Math.pow(adam.beta1(), steps));
    AtomicInteger next = new AtomicInteger();
    if (threads == 1) {
      update(next, (float) rate);
    } else {
      // Each takes the next piece until none is left: one that is held up holds up no other.
      IntStream.range(0, threads).parallel().forEach(thread -> update(next, (float) rate));
    }
  }

  private void update(AtomicInteger next, float rate) {
    float[] value = new float[PIECE];
    float[] gradient = new float[PIECE];
    for (long from = next(next); from < means.length; from = next(next)) {
      int at = (int) from;
      int length = Math.min(PIECE, means.length - at);
      valueBuffer.get(at, value, 0, length);
      gradientBuffer.get(at, gradient, 0, length);
      step(value, gradient, at, length, rate);
      valueBuffer.put(at, value, 0, length);
    }
  }

  private static long next(AtomicInteger pieces) {
    return (long) PIECE * pieces.getAndIncrement();
  }

  /** D. Kingma, J. Ba, 2015, at the end of section 2; epsilon as there and in Keras. */
  private void step(float[] value, float[] gradient, int from, int length, float rate) {
    float beta1 = (float) adam.beta1();
    float beta2 = (float) adam.beta2();
    float rest1 = (float) (1 - adam.beta1());
    float rest2 = (float) (1 - adam.beta2());
    float epsilon = (float) adam.epsilon();
    float[] m = means;
    float[] v = squares;
    for (int i = 0; i < length; i++) {
      float g = gradient[i];
      float mean = beta1 * m[from + i] + rest1 * g;
      float square = beta2 * v[from + i] + rest2 * (g * g);
      m[from + i] = mean;
      v[from + i] = square;
      value[i] -= rate * mean / ((float) Math.sqrt(square) + epsilon);
    }
  }

  /** Values and gradients; the means are in the heap. */
  @Override
  public long bytes() {
    return values.bytes() + gradients.bytes();
  }

  @Override
  public void close() {
    values.close();
    gradients.close();
  }
}
