package dev.finetune.internal.dl4j;

import com.google.common.base.Throwables;
import dev.finetune.engine.EngineException;
import dev.finetune.internal.natives.OpenMp;
import dev.finetune.internal.natives.UnpackFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;
import java.util.ServiceLoader;
import org.bytedeco.javacpp.Loader;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;

/** The ND4J backend of this process. */
public final class Backend {

  /** The resource in which Maven records the artifact's version; its manifest does not have it. */
  private static final String ARTIFACT =
      "/META-INF/maven/org.deeplearning4j/deeplearning4j-nn/pom.properties";

  private static final String UNKNOWN = "unknown";

  private static final String CPU_BACKEND = "org.nd4j.linalg.cpu.nativecpu.CpuBackend";

  private Backend() {}

  /** Returns the version of Deeplearning4j; "unknown" if its jar was repackaged without it. */
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
   * @throws EngineException if no backend on the class path works on this machine; the message
   *     names the dependency to add, or the folder of native libraries that are there
   */
  public static void require() {
    OpenMp.prepare();
    backends();
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
    if (onlyForCpus() && hasNatives()) {
      return new EngineException(
          "ND4J's native library must load, got "
              + Throwables.getRootCause(cause)
              + ". Native libraries are on the class path. "
              + UnpackFolder.advice(),
          cause);
    }
    return new EngineException(
        "The class path must have an ND4J backend that works on this machine, got none. Add the"
            + " dependency org.nd4j:nd4j-native (CPU) or org.nd4j:nd4j-cuda-11.6 (GPU) in version "
            + deeplearning4jVersion()
            + ".",
        cause);
  }

  /** Returns whether all backends on the class path compute on CPUs, without loading them. */
  static boolean onlyForCpus() {
    List<String> backends = backends().stream().map(backend -> backend.type().getName()).toList();
    return !backends.isEmpty() && backends.stream().allMatch(CPU_BACKEND::equals);
  }

  /**
   * Returns the backends on the class path. ND4J searches with the class loader of the thread that
   * loads it, which finds none in a pool if the application has a class loader of its own; then
   * ND4J's class loader is made the one to search.
   */
  private static ServiceLoader<Nd4jBackend> backends() {
    ServiceLoader<Nd4jBackend> found = ND4JClassLoading.loadService(Nd4jBackend.class);
    if (found.stream().findAny().isPresent()) {
      return found;
    }
    ND4JClassLoading.setNd4jClassloaderFromClass(Nd4jBackend.class);
    return ND4JClassLoading.loadService(Nd4jBackend.class);
  }

  /** Returns whether the CPU backend's native library for this platform is on the class path. */
  static boolean hasNatives() {
    String library =
        "/org/nd4j/linalg/cpu/nativecpu/bindings/"
            + Loader.getPlatform()
            + "/"
            + System.mapLibraryName("jnind4jcpu");
    return Nd4jBackend.class.getResource(library) != null;
  }

  /** Returns whether the loaded backend computes on a CPU. */
  public static boolean isCpu() {
    return "CPU".equalsIgnoreCase(property("backend"));
  }

  /**
   * Returns the backend, operating system, number of cores and BLAS library, such as {@code ND4J
   * CPU (Linux, 2 cores, OPENBLAS)}.
   */
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
