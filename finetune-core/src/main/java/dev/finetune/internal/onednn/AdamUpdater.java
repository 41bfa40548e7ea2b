package dev.finetune.internal.onednn;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.internal.network.ParameterUpdater;
import dev.finetune.train.Adam;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Adam in one pass over memory, which is what its time is: a piece of the values and gradients is
 * copied to arrays that stay in the cache, where the compiler vectorises, and back. ND4J's updater
 * makes two passes, the update and its subtraction.
 */
public final class AdamUpdater implements ParameterUpdater {

  /** Values of a piece: six arrays of 16 kB fit into the second-level cache. */
  private static final int PIECE = 4096;

  /** A buffer has at most 2 GB. */
  private static final int LARGEST = Integer.MAX_VALUE / Float.BYTES;

  private final Adam adam;
  private final int threads;
  private final AlignedMemory values;
  private final List<AlignedMemory> gradients;
  private final FloatBuffer valueBuffer;
  private final List<FloatBuffer> gradientBuffers;
  private final float[] means;
  private final float[] squares;
  private int steps;

  /**
   * Makes one.
   *
   * @param count of the values
   * @param shards of a batch, each with gradients of its own
   * @param threads that update them at a time, at most
   */
  public AdamUpdater(Adam adam, long count, int shards, int threads) {
    checkArgument(
        count <= LARGEST,
        "At most %s parameters train together, got %s; freeze more layers",
        LARGEST,
        count);
    int size = (int) count;
    this.adam = adam;
    this.threads = threads;
    this.values = AlignedMemory.zeroed(count * Float.BYTES);
    this.gradients =
        Stream.generate(() -> AlignedMemory.zeroed(count * Float.BYTES)).limit(shards).toList();
    this.valueBuffer = buffer(values, size);
    this.gradientBuffers = gradients.stream().map(memory -> buffer(memory, size)).toList();
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
  public Pointer gradients(int shard) {
    return gradients.get(shard).pointer();
  }

  @Override
  public void update(int shards) {
    steps++;
    double rate =
        adam.learningRate()
            * Math.sqrt(1 - Math.pow(adam.beta2(), steps))
            / (1 - Math.pow(adam.beta1(), steps));
    AtomicInteger next = new AtomicInteger();
    if (threads == 1) {
      update(next, shards, (float) rate);
    } else {
      // Each takes the next piece until none is left: one that is held up holds up no other.
      IntStream.range(0, threads).parallel().forEach(thread -> update(next, shards, (float) rate));
    }
  }

  private void update(AtomicInteger next, int shards, float rate) {
    float[] value = new float[PIECE];
    float[] gradient = new float[PIECE];
    float[] more = new float[PIECE];
    for (long from = next(next); from < means.length; from = next(next)) {
      int at = (int) from;
      int length = Math.min(PIECE, means.length - at);
      valueBuffer.get(at, value, 0, length);
      gradientBuffers.get(0).get(at, gradient, 0, length);
      for (int shard = 1; shard < shards; shard++) {
        gradientBuffers.get(shard).get(at, more, 0, length);
        add(gradient, more, length);
      }
      step(value, gradient, at, length, rate);
      valueBuffer.put(at, value, 0, length);
    }
  }

  private static void add(float[] sum, float[] more, int length) {
    for (int i = 0; i < length; i++) {
      sum[i] += more[i];
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
    return values.bytes() + gradients.stream().mapToLong(AlignedMemory::bytes).sum();
  }

  @Override
  public void close() {
    values.close();
    gradients.forEach(AlignedMemory::close);
  }
}
