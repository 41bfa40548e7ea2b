package dev.finetune.train;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A request to end a training, from another thread such as a shutdown hook or a button. Safe for
 * use from several threads.
 *
 * <pre>{@code
 * StopSignal stop = new StopSignal();
 * Runtime.getRuntime().addShutdownHook(new Thread(stop::request));
 * plan.train(train, valid, options.stopSignal(stop));
 * }</pre>
 */
public final class StopSignal {

  private final AtomicBoolean requested = new AtomicBoolean();

  /** Creates a signal that is not requested. */
  public StopSignal() {}

  /** Requests the end of all trainings that have this signal. */
  public void request() {
    requested.set(true);
  }

  /** {@return whether the end was requested} */
  public boolean requested() {
    return requested.get();
  }
}
