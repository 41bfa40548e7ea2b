package dev.finetune.internal.pipeline;

import java.util.ArrayDeque;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/**
 * Produces items 0 to n - 1 on its own threads, a bounded number ahead of the consumer, and gives
 * them in order.
 *
 * <p>The bound is the number of items that are finished or in work and not yet taken, so memory
 * does not depend on how slow the consumer is.
 */
public final class Prefetcher<T> implements AutoCloseable {

  private final ExecutorService threads;
  private final Queue<Future<T>> ahead = new ArrayDeque<>();
  private final IntFunction<T> produce;
  private final int count;
  private int submitted;

  /**
   * @param bound the most items that wait or are in work at a time, at least 1
   * @param produce called on several threads at once; what it throws, {@link #next} throws
   */
  public Prefetcher(int count, int bound, IntFunction<T> produce) {
    this.count = count;
    this.produce = produce;
    this.threads =
        Executors.newFixedThreadPool(
            Math.max(1, Math.min(Runtime.getRuntime().availableProcessors(), bound)),
            task -> {
              Thread thread = new Thread(task, "finetune-prefetch");
              thread.setDaemon(true);
              return thread;
            });
    for (int i = 0; i < Math.min(bound, count); i++) {
      submit();
    }
  }

  /** Whether an item is left. */
  public boolean hasNext() {
    return !ahead.isEmpty();
  }

  /**
   * The next item in order; waits for it if need be.
   *
   * @throws IllegalStateException if the thread is interrupted, caused by an {@link
   *     InterruptedException}; it stays interrupted
   */
  public T next() {
    if (Thread.currentThread().isInterrupted()) {
      // A future that is done would give its item and not look.
      throw interrupted(new InterruptedException());
    }
    Future<T> first = ahead.poll();
    if (first == null) {
      throw new NoSuchElementException("All " + count + " items have been taken");
    }
    try {
      T item = first.get();
      if (submitted < count) {
        submit();
      }
      return item;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("Preparing an image failed", e.getCause());
    }
  }

  private static IllegalStateException interrupted(InterruptedException cause) {
    return new IllegalStateException("Interrupted while waiting for an image", cause);
  }

  private void submit() {
    int index = submitted++;
    ahead.add(threads.submit(() -> produce.apply(index)));
  }

  /** Stops the threads; items not taken are dropped. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
