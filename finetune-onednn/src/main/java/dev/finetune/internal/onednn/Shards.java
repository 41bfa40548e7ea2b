package dev.finetune.internal.onednn;

import java.util.ArrayList;
import java.util.List;

/**
 * The parts of a batch that are computed side by side, each on threads of its own.
 *
 * <p>oneDNN's threads meet at the end of every operation, and each has a fixed part of it. When
 * another process takes one of the cores, all wait for the thread that lost it, hundreds of times
 * in a step. Shards meet once.
 */
final class Shards {

  /** Each has gradients of its own, which take memory and have to be added up. */
  private static final int MOST = 4;

  private Shards() {}

  /** The most shards, of as many threads each, that use that many threads. */
  static int count(int threads) {
    int shards = Math.min(MOST, threads);
    while (threads % shards != 0) {
      shards--;
    }
    return shards;
  }

  /**
   * Splits a batch into parts that differ by one example at most.
   *
   * @return where each part begins, and at the end the size of the batch; fewer parts than wanted
   *     if there are fewer examples
   */
  static List<Integer> bounds(int batch, int shards) {
    int parts = Math.min(batch, shards);
    List<Integer> bounds = new ArrayList<>();
    for (int i = 0; i <= parts; i++) {
      bounds.add((int) ((long) batch * i / parts));
    }
    return List.copyOf(bounds);
  }
}
