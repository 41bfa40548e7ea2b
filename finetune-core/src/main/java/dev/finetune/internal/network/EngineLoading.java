package dev.finetune.internal.network;

import com.google.common.util.concurrent.Uninterruptibles;
import dev.finetune.engine.Engine;
import dev.finetune.engine.Engines;
import java.util.List;

/**
 * Loads the native code of the engine on another thread. In a JVM that has just started this takes
 * about as long as reading a small model, and the two are independent.
 */
public final class EngineLoading {

  private final Thread thread;

  private EngineLoading(Thread thread) {
    this.thread = thread;
  }

  /**
   * Begins to load the engine if it is the only one on the class path. With several, the engine
   * that will compute is not known before the model is read, and none is loaded.
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
      // The caller gets the same error when it needs the engine.
    }
  }

  /**
   * Waits until loading has ended, whether or not it succeeded. An interrupt does not end the wait
   * and stays pending.
   */
  public void await() {
    Uninterruptibles.joinUninterruptibly(thread);
  }
}
