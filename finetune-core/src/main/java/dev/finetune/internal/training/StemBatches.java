package dev.finetune.internal.training;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * Forms batches of examples. Examples arrive image by image, each with all variants, and are
 * batched in the order of their numbers, first variants first. The contents of a batch, and so the
 * bits of its features, do not depend on the order in which images are decoded. Examples that need
 * no computation are left out, and later ones fill their places.
 *
 * <p>At most two batches per variant wait for their last examples.
 */
final class StemBatches {

  /** Examples with consecutive numbers. */
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
   * Expects examples with the numbers 0 to {@code examples} - 1.
   *
   * @param size the number of examples in a batch
   */
  StemBatches(int size, int examples) {
    this.size = size;
    this.examples = examples;
  }

  /**
   * Adds an example.
   *
   * @param compute whether its features must be computed; otherwise it is left out of the batches
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

  /** Returns whether a full batch is ready. */
  boolean full() {
    return ready.size() >= size;
  }

  /** Returns the next batch; it is smaller or empty if no full batch is ready. */
  List<StemExample> take() {
    List<StemExample> batch = new ArrayList<>(size);
    while (batch.size() < size && !ready.isEmpty()) {
      batch.add(ready.remove());
    }
    return batch;
  }
}
