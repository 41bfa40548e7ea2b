package dev.finetune.internal.training;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * Brings examples into batches. They come image by image, each with all its variants, and are
 * batched in the order of their numbers, first variants first. So the examples of a batch, and the
 * last bits of what a stem makes of them, do not depend on the order in which images are decoded.
 * Where some have nothing to compute the others fill their places.
 *
 * <p>At most two batches for each variant wait for their last examples.
 */
final class StemBatches {

  /** Examples of consecutive numbers. */
  private static final class Group {
    final List<StemExample> toCompute = new ArrayList<>();
    int outstanding;

    Group(int outstanding) {
      this.outstanding = outstanding;
    }
  }

  private final int size;
  private final int examples;
  private final Map<Integer, Group> groups = new HashMap<>();
  private final Queue<StemExample> ready = new ArrayDeque<>();

  /**
   * Expects so many examples, of numbers from 0.
   *
   * @param size of a batch
   */
  StemBatches(int size, int examples) {
    this.size = size;
    this.examples = examples;
  }

  /**
   * Takes an example.
   *
   * @param compute whether it is to be in a batch
   */
  void add(StemExample example, boolean compute) {
    int number = example.number() / size;
    Group group =
        groups.computeIfAbsent(number, n -> new Group(Math.min(size, examples - n * size)));
    if (compute) {
      group.toCompute.add(example);
    }
    group.outstanding--;
    if (group.outstanding == 0) {
      groups.remove(number);
      group.toCompute.sort(Comparator.comparingInt(StemExample::number));
      ready.addAll(group.toCompute);
    }
  }

  /** Returns whether a whole batch is ready. */
  boolean full() {
    return ready.size() >= size;
  }

  /** Returns the next batch; a smaller one, perhaps an empty one, where no whole one is ready. */
  List<StemExample> take() {
    List<StemExample> batch = new ArrayList<>(size);
    while (batch.size() < size && !ready.isEmpty()) {
      batch.add(ready.remove());
    }
    return batch;
  }
}
