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
 * Produces items 0 to n - 1 on background threads and returns them in order.
 *
 * <p>At most a given number of items are in production or finished and not yet taken, so memory is
 * bounded even if the consumer is slow. The consumer is one thread.
 *
 * @param <T> the type of the items
 */
public final class Prefetcher<T> implements AutoCloseable {

  private final ExecutorService threads;
  private final Queue<Future<T>> ahead = new ArrayDeque<>();
  private final IntFunction<T> produce;
  private final int count;
  private int submitted;

  /**
   * Starts to produce items.
   *
   * @param count the number of items
   * @param bound the maximum number of items in production or not yet taken, at least 1
   * @param produce returns an item; called by several threads at once. {@link #next} throws its
   *     exceptions.
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

  /** Returns whether {@link #next} has an item left. */
  public boolean hasNext() {
    return !ahead.isEmpty();
  }

  /**
   * Returns the next item in order, and waits until it is finished.
   *
   * @throws NoSuchElementException if no item is left
   * @throws IllegalStateException if the thread is interrupted. The cause is an {@link
   *     InterruptedException}, and the thread stays interrupted.
   */
  public T next() {
    if (Thread.currentThread().isInterrupted()) {
      // The get method of a finished future does not check for interrupts.
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

  /** Stops the threads and drops the items that were not taken. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
