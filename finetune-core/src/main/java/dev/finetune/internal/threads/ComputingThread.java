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
 * A single thread that runs the computations of all callers, in the order of their calls.
 *
 * <p>OpenMP creates a team of threads for each thread that computes. If callers computed on their
 * own threads in turn, each team would find its cores still occupied by the previous one. The
 * thread starts on demand and ends after ten idle seconds, so there is nothing to close.
 */
public final class ComputingThread {

  private static final Duration IDLE = Duration.ofSeconds(10);

  private final Executor executor;

  /**
   * Creates the executor; the thread starts with the first computation.
   *
   * @param name the name of the thread
   */
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
   * Runs a computation on the thread and waits for the result. An interrupt does not end the wait;
   * it is still pending afterwards.
   *
   * @throws RuntimeException the exception of the computation, with a suppressed exception that has
   *     the stack trace of this caller
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
    cause.addSuppressed(new IllegalStateException("The computation was requested here"));
    if (cause instanceof Error error) {
      throw error;
    }
    return (RuntimeException) cause; // a Supplier throws nothing else
  }
}
