package dev.finetune.internal.natives;

import com.sun.jna.Platform;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * OpenMP's threads, with which oneDNN and ND4J compute.
 *
 * <p>Only on Linux, where both use GCC's library. Elsewhere nothing is set: that library's own
 * rules hold, and those of its environment variables.
 */
public final class OpenMp {

  /**
   * How often a thread looks whether the others are ready before it goes to sleep: for some 20
   * microseconds. The library's own 300,000 are some 6 milliseconds, in which another program, or
   * the thread that is waited for, could compute: see {@code benchmarks/README.md}.
   */
  static final String SPINS = "1000";

  private static final Logger LOG = LoggerFactory.getLogger(OpenMp.class);

  private OpenMp() {}

  /**
   * Sets how threads wait, unless the user's environment says so. To be called before anything
   * loads the library, which reads it once.
   */
  public static void prepare() {
    if (!Waiting.SET) {
      LOG.debug("OpenMP's threads wait as its environment says, or by its own rules");
    }
  }

  /** Once for this process. */
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
        LOG.debug("The C library cannot be called", e);
        return false;
      }
    }
  }

  /** Whether {@link #withThreads} can give out threads here. */
  public static boolean settable() {
    return Threads.KNOWN;
  }

  /** Does something with that many threads, as {@link #withThreads} does. */
  public static void runWithThreads(int threads, Runnable body) {
    withThreads(
        threads,
        () -> {
          body.run();
          return threads;
        });
  }

  /**
   * Computes with that many threads. What oneDNN prepares for a number of threads has to run with
   * it, so both go through here. The calling thread has its own number again afterwards.
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

  /** Looked for at the first computation, when the natives are loaded. */
  private static final class Threads {
    static final boolean KNOWN = known();

    private Threads() {}

    private static boolean known() {
      try {
        return Platform.isLinux() && Gomp.omp_get_max_threads() > 0;
      } catch (LinkageError e) {
        LOG.debug("The number of threads is left to OpenMP, whose library cannot be called", e);
        return false;
      }
    }
  }
}
