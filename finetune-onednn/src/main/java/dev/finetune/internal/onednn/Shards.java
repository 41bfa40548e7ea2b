package dev.finetune.internal.onednn;

import java.util.ArrayList;
import java.util.List;

/**
 * The parts of a batch that are computed in parallel, each with a share of the threads.
 *
 * <p>oneDNN gives each thread a fixed part of every operation and synchronises all threads at the
 * end of each. When another process occupies a core, all threads wait for the one that lost it,
 * hundreds of times in a step. Shards synchronise twice per step: after the forward pass and after
 * the backward pass.
 */
final class Shards {

  /** The most shards: each takes memory for its gradients, which have to be summed. */
  private static final int MOST = 4;

  private Shards() {}

  /** Returns the largest number of shards, at most 4, that divides the number of threads. */
  static int count(int threads) {
    int shards = Math.min(MOST, threads);
    while (threads % shards != 0) {
      shards--;
    }
    return shards;
  }

  /**
   * Splits a batch into parts whose sizes differ by at most one example.
   *
   * @param batch the number of examples
   * @param shards the number of parts; there are fewer if the batch has fewer examples
   * @return the index at which each part begins, followed by the size of the batch
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
