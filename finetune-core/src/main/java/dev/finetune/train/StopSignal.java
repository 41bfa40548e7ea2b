package dev.finetune.train;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A request to end a training, from another thread such as that of a button. It does not wait for
 * the end: a shutdown hook must also wait for the training thread, or the process ends first. Safe
 * for use from several threads.
 *
 * <pre>{@code
 * StopSignal stop = new StopSignal();
 * button.addActionListener(event -> stop.request());
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
