package dev.finetune.internal.probe;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Work divided into tiles that idle threads take over. A tile must write to places that belong to
 * it, so that the results do not depend on the number of threads.
 */
final class Tiles {

  /**
   * Columns in a tile: four rows of them fill a third of a first-level cache of 48 KiB. With half
   * as many, products are a fifth slower.
   */
  static final int SIZE = 512;

  private Tiles() {}

  /** The work on a range of indices. */
  interface Body {

    /**
     * Does the work on a range.
     *
     * @param from the first index
     * @param to the index after the last
     */
    void compute(int from, int to);
  }

  /**
   * Runs a computation on threads that end with it. The tiles inside it use the same threads.
   *
   * @param threads the number of threads, at least 1
   * @throws IllegalArgumentException if {@code threads} is less than 1
   * @throws RuntimeException the exception of the computation
   */
  static <T> T onThreads(int threads, Supplier<T> computation) {
    checkArgument(threads >= 1, "threads must be >= 1, got %s", threads);
    ForkJoinPool pool = new ForkJoinPool(threads);
    try {
      return pool.invoke(ForkJoinTask.adapt(computation::get));
    } finally {
      pool.shutdown();
    }
  }

  /** Does the work on all indices from 0 to {@code size - 1}, in tiles. */
  static void forEach(int size, Body body) {
    if (!ForkJoinTask.inForkJoinPool() || size <= SIZE) {
      for (int from = 0; from < size; from += SIZE) {
        body.compute(from, Math.min(size, from + SIZE));
      }
      return;
    }
    List<ForkJoinTask<?>> tasks = new ArrayList<>();
    for (int from = 0; from < size; from += SIZE) {
      int first = from;
      tasks.add(ForkJoinTask.adapt(() -> body.compute(first, Math.min(size, first + SIZE))));
    }
    ForkJoinTask.invokeAll(tasks);
  }

  /** Returns the results of independent computations, in the order of their indices. */
  static <T> List<T> map(int count, IntFunction<T> computation) {
    List<ForkJoinTask<T>> tasks =
        IntStream.range(0, count)
            .mapToObj(i -> ForkJoinTask.adapt(() -> computation.apply(i)))
            .toList();
    return ForkJoinTask.invokeAll(tasks).stream().map(ForkJoinTask::join).toList();
  }
}
