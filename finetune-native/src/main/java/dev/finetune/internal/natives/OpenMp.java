package dev.finetune.internal.natives;

import com.sun.jna.Platform;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Control over the OpenMP threads with which oneDNN and ND4J compute: how they wait and how many
 * they are.
 *
 * <p>It has an effect on Linux only, where both use GCC's library. Elsewhere the OpenMP library's
 * defaults and environment variables apply.
 */
public final class OpenMp {

  /**
   * The value for {@code GOMP_SPINCOUNT}: how often a waiting thread polls before it goes to sleep.
   * 1,000 polls take about 20 microseconds. The library's default of 300,000 takes about 6
   * milliseconds, during which the core is not available to other programs or to the thread that is
   * waited for. Measured in {@code benchmarks/README.md}.
   */
  static final String SPINS = "1000";

  private static final Logger LOG = LoggerFactory.getLogger(OpenMp.class);

  private OpenMp() {}

  /**
   * Sets how threads wait, unless the environment has {@code OMP_WAIT_POLICY} or {@code
   * GOMP_SPINCOUNT}. It must be called before the OpenMP library is loaded, because the library
   * reads the variable once, when it is loaded. Later calls do nothing.
   */
  public static void prepare() {
    // To set a variable, JNA unpacks a library too.
    UnpackFolder.prepare();
    if (!Waiting.SET) {
      LOG.debug("GOMP_SPINCOUNT was not set; OpenMP's environment variables and defaults apply");
    }
  }

  /** The holder of the setting, which is made once per process. */
  private static final class Waiting {
    static final boolean SET = set(System.getenv());

    private Waiting() {}

    private static boolean set(Map<String, String> environment) {
      if (environment.containsKey("OMP_WAIT_POLICY") || environment.containsKey("GOMP_SPINCOUNT")) {
        return false;
      }
      try {
        return Platform.isLinux() && CLibrary.setenv("GOMP_SPINCOUNT", SPINS, 0) == 0;
      } catch (LinkageError e) {
        LOG.debug("GOMP_SPINCOUNT was not set: the C library cannot be called", e);
        return false;
      }
    }
  }

  /** Returns whether {@link #withThreads} can set the number of threads on this platform. */
  public static boolean settable() {
    return Threads.KNOWN;
  }

  /** Runs {@code body} with a number of threads, as {@link #withThreads} does. */
  public static void runWithThreads(int threads, Runnable body) {
    withThreads(
        threads,
        () -> {
          body.run();
          return threads;
        });
  }

  /**
   * Runs {@code body} with a number of OpenMP threads and returns its result. The calling thread's
   * previous number is restored afterwards, also after an exception. Where the number cannot be set
   * ({@link #settable}), the body runs with OpenMP's own.
   *
   * <p>oneDNN's primitives must run with the number of threads that they were created with, so both
   * creating and running them goes through this method.
   *
   * @param threads the number of threads, at least 1
   */
  public static <T> T withThreads(int threads, Supplier<T> body) {
    if (!Threads.KNOWN) {
      return body.get();
    }
    int before = Gomp.omp_get_max_threads();
    if (before == threads) {
      return body.get();
    }
    Gomp.omp_set_num_threads(threads);
    try {
      return body.get();
    } finally {
      Gomp.omp_set_num_threads(before);
    }
  }

  /** The holder of a check that runs at the first computation, when the native code is loaded. */
  private static final class Threads {
    static final boolean KNOWN = known();

    private Threads() {}

    private static boolean known() {
      try {
        return Platform.isLinux() && Gomp.omp_get_max_threads() > 0;
      } catch (LinkageError e) {
        LOG.debug("OpenMP sets the number of threads: its library cannot be called", e);
        return false;
      }
    }
  }
}
