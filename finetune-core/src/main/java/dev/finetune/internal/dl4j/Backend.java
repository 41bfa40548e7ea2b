package dev.finetune.internal.dl4j;

import dev.finetune.internal.threads.OpenMp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;

/** The ND4J backend of this process. */
public final class Backend {

  private Backend() {}

  /**
   * Loads the backend.
   *
   * @throws IllegalStateException if the application has none; the message names what to add
   */
  public static void require() {
    OpenMp.prepare();
    try {
      Nd4j.getExecutioner();
    } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
      throw missing(e);
    } catch (RuntimeException e) {
      if (e.getCause() instanceof Nd4jBackend.NoAvailableBackendException) {
        throw missing(e);
      }
      throw e;
    }
  }

  private static IllegalStateException missing(Throwable cause) {
    return new IllegalStateException(
        "finetune computes with ND4J and needs one of its backends on the class path, and found"
            + " none that works here. Add the dependency org.nd4j:nd4j-native (CPU) or"
            + " org.nd4j:nd4j-cuda-11.6 (GPU) in version 1.0.0-M2.1.",
        cause);
  }

  /** Whether the backend computes on a CPU. */
  public static boolean isCpu() {
    return "CPU".equalsIgnoreCase(property("backend"));
  }

  /** The backend and what it runs on, such as {@code ND4J on a CPU (Linux, 2 cores)}. */
  public static String describe() {
    require();
    return "ND4J "
        + property("backend")
        + " ("
        + property("os")
        + ", "
        + Runtime.getRuntime().availableProcessors()
        + " cores, "
        + property("blas.vendor")
        + ")";
  }

  private static String property(String key) {
    return String.valueOf(
        Nd4j.getExecutioner().getEnvironmentInformation().getProperty(key, "unknown"));
  }
}
