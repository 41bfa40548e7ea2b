package dev.finetune.examples;

import dev.finetune.train.StopSignal;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Ends a training when the process receives SIGINT (Ctrl-C), SIGTERM or SIGHUP. A second signal
 * ends the process at once.
 *
 * <p>A shutdown hook would not do: the JVM blocks a second signal while hooks run, and graphics and
 * temporary files, which the results need, cannot be used in a hook. The JDK has signal handlers
 * only in its module jdk.unsupported. They are called by reflection, because the compiler warns
 * about them. Where they are missing, a signal ends the process at once.
 */
final class Signals implements AutoCloseable {

  /** What shells add to the number of a signal. */
  private static final int EXIT_CODE = 128;

  private final StopSignal stop;
  private final PrintWriter err;
  private final AtomicInteger received = new AtomicInteger();
  private final Map<String, Object> before = new LinkedHashMap<>();

  private Signals(StopSignal stop, PrintWriter err) {
    this.stop = stop;
    this.err = err;
  }

  /** Starts to pass signals on to a training. */
  static Signals to(StopSignal stop, PrintWriter err) {
    Signals signals = new Signals(stop, err);
    for (String name : new String[] {"INT", "TERM", "HUP"}) {
      Object old = signals.handle(name, signals.handler());
      if (old != null) {
        signals.before.put(name, old);
      }
    }
    return signals;
  }

  /** Returns the exit code of the first signal received; 0 if there was none. */
  int exitCode() {
    return received.get() == 0 ? 0 : EXIT_CODE + received.get();
  }

  /** Restores the previous handlers. */
  @Override
  public void close() {
    before.forEach(this::handle);
  }

  private void receive(int number) {
    if (!received.compareAndSet(0, number)) {
      Runtime.getRuntime().halt(EXIT_CODE + number);
    }
    err.println("Stopping after this step; a second signal ends the process at once");
    err.flush();
    stop.request();
  }

  private @Nullable Object handler() {
    try {
      Class<?> type = Class.forName("sun.misc.SignalHandler");
      Method number = Class.forName("sun.misc.Signal").getMethod("getNumber");
      return Proxy.newProxyInstance(
          type.getClassLoader(),
          new Class<?>[] {type},
          (proxy, method, arguments) -> {
            receive((int) number.invoke(arguments[0]));
            return null;
          });
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  /** Sets a handler. Returns the previous one; null if there are no handlers for the signal. */
  private @Nullable Object handle(String name, @Nullable Object handler) {
    if (handler == null) {
      return null;
    }
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> type = Class.forName("sun.misc.SignalHandler");
      return signal
          .getMethod("handle", signal, type)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
    } catch (InvocationTargetException e) { // the platform or an option of the JVM reserves it
      return null;
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }
}
