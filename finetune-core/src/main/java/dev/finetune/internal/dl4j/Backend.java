package dev.finetune.internal.dl4j;

import dev.finetune.engine.ConvolutionPath;
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
  static boolean isCpu() {
    return "CPU"
        .equalsIgnoreCase(
            String.valueOf(
                Nd4j.getExecutioner().getEnvironmentInformation().getProperty("backend")));
  }

  /** What runs convolutions, for {@code describe()}. */
  public static String describe(ConvolutionPath path) {
    require();
    String backend = isCpu() ? "CPU" : "not a CPU";
    return switch (path) {
      case ONEDNN -> {
        if (OneDnn.available()) {
          yield "oneDNN (on; ND4J backend: " + backend + ")";
        }
        yield isCpu()
            ? "Deeplearning4j im2col (oneDNN is off: these natives are built without it; use the"
                + " classifier of nd4j-native that ends in -onednn)"
            : "the backend's own (oneDNN is for CPUs; ND4J backend: " + backend + ")";
      }
      case DL4J -> "Deeplearning4j im2col (oneDNN is off by choice; ND4J backend: " + backend + ")";
    };
  }
}
