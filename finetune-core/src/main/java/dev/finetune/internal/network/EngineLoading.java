package dev.finetune.internal.network;

import com.google.common.util.concurrent.Uninterruptibles;
import dev.finetune.engine.Engine;
import dev.finetune.engine.Engines;
import java.util.List;

/**
 * Loads the native code of the engine while something else is done. In a JVM that has just started
 * that takes as long as reading a small model, and neither needs the other.
 */
public final class EngineLoading {

  private final Thread thread;

  private EngineLoading(Thread thread) {
    this.thread = thread;
  }

  /**
   * Begins to load the engine, if it is the only one on the class path: which of several computes
   * is not known before the model is read.
   */
  public static EngineLoading begin() {
    Thread thread = new Thread(EngineLoading::load, "finetune-engine-loading");
    thread.setDaemon(true);
    thread.start();
    return new EngineLoading(thread);
  }

  private static void load() {
    try {
      List<Engine> engines = Engines.all();
      if (engines.size() == 1) {
        engines.get(0).availability();
      }
    } catch (RuntimeException | Error e) {
      // Happens again, and is reported, where the engine is needed.
    }
  }

  /** Waits until it is loaded, or cannot be. An interrupt does not end the wait. */
  public void await() {
    Uninterruptibles.joinUninterruptibly(thread);
  }
}
