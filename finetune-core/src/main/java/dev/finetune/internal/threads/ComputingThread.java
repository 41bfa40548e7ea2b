package dev.finetune.internal.threads;

import static com.google.common.base.Verify.verifyNotNull;

import com.google.common.util.concurrent.Uninterruptibles;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One thread that computes for all that ask, in the order in which they ask.
 *
 * <p>OpenMP gives each thread that computes a team of its own. Many callers that take turns would
 * wake one team after the other, and each finds its cores taken by the last. The thread starts when
 * it is needed and ends when it is not, so nothing has to be closed.
 */
public final class ComputingThread {

  private static final Duration IDLE = Duration.ofSeconds(10);

  private final Executor executor;

  /** Makes one; no thread is started yet. */
  public ComputingThread(String name) {
    this(name, IDLE);
  }

  ComputingThread(String name, Duration idle) {
    ThreadPoolExecutor one =
        new ThreadPoolExecutor(
            1,
            1,
            idle.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
    one.allowCoreThreadTimeOut(true);
    this.executor = one;
  }

  /**
   * Computes on the thread and waits for the result. An interrupt does not end the wait, and is
   * still pending afterwards.
   *
   * @throws RuntimeException what the computation throws, with this caller in its stack trace
   */
  public <T> T compute(Supplier<T> body) {
    FutureTask<T> task = new FutureTask<>(body::get);
    executor.execute(task);
    try {
      return verifyNotNull(
          Uninterruptibles.getUninterruptibly(task), "A computation must return a result");
    } catch (ExecutionException e) {
      throw thrown(e);
    }
  }

  private static RuntimeException thrown(ExecutionException failure) {
    Throwable cause = verifyNotNull(failure.getCause()); // a FutureTask always names one
    cause.addSuppressed(new IllegalStateException("It was asked for here"));
    if (cause instanceof Error error) {
      throw error;
    }
    return (RuntimeException) cause; // a Supplier throws nothing else
  }
}
