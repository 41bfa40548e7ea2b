package dev.finetune.internal.dl4j;

import dev.finetune.engine.EngineException;
import dev.finetune.internal.natives.OpenMp;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;
import java.util.ServiceLoader;
import org.bytedeco.javacpp.Loader;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;

/** The ND4J backend of this process. */
public final class Backend {

  /** Where Maven leaves an artifact's version; its manifest tells none. */
  private static final String ARTIFACT =
      "/META-INF/maven/org.deeplearning4j/deeplearning4j-nn/pom.properties";

  private static final String UNKNOWN = "unknown";

  private static final String CPU_BACKEND = "org.nd4j.linalg.cpu.nativecpu.CpuBackend";

  private Backend() {}

  /** The version of Deeplearning4j that is loaded; "unknown" where its jar was repacked without. */
  public static String deeplearning4jVersion() {
    try (InputStream in = ComputationGraph.class.getResourceAsStream(ARTIFACT)) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", UNKNOWN);
    } catch (IOException e) {
      throw new UncheckedIOException("Deeplearning4j's jar cannot be read", e);
    }
  }

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

  private static EngineException missing(Throwable cause) {
    return new EngineException(
        "finetune computes with ND4J and needs one of its backends on the class path, and found"
            + " none that works here. Add the dependency org.nd4j:nd4j-native (CPU) or"
            + " org.nd4j:nd4j-cuda-11.6 (GPU) in version "
            + deeplearning4jVersion()
            + ".",
        cause);
  }

  /** Returns whether all backends on the class path are for CPUs; loads none of them. */
  static boolean onlyForCpus() {
    List<String> backends =
        ServiceLoader.load(Nd4jBackend.class).stream().map(b -> b.type().getName()).toList();
    return !backends.isEmpty() && backends.stream().allMatch(CPU_BACKEND::equals);
  }

  /** Returns whether the natives of the CPU backend for this platform are there; loads nothing. */
  static boolean hasNatives() {
    String library =
        "/org/nd4j/linalg/cpu/nativecpu/bindings/"
            + Loader.getPlatform()
            + "/"
            + System.mapLibraryName("jnind4jcpu");
    return Nd4jBackend.class.getResource(library) != null;
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
        Nd4j.getExecutioner().getEnvironmentInformation().getProperty(key, UNKNOWN));
  }
}
