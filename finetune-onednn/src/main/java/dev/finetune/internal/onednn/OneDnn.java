package dev.finetune.internal.onednn;

import com.google.common.base.Throwables;
import dev.finetune.internal.natives.OpenMp;
import dev.finetune.internal.natives.UnpackFolder;
import java.util.Set;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/** The oneDNN library of this process. It is loaded on first use; a failure is remembered. */
public final class OneDnn {

  private OneDnn() {}

  /** The holder of the loaded library, or of the reason why it did not load. */
  private static final class Library {
    static final @Nullable engine ENGINE;
    static final String STATE;

    static {
      engine loaded = null;
      String state;
      OpenMp.prepare();
      try {
        loaded = new engine(engine.kind.cpu, 0);
        dnnl_version_t version = dnnl.dnnl_version();
        state =
            "oneDNN "
                + version.major()
                + "."
                + version.minor()
                + "."
                + version.patch()
                + " ("
                + dnnl.get_effective_cpu_isa()
                + ")";
      } catch (NoClassDefFoundError e) {
        // Without JavaCPP's classes the platform cannot be named either.
        state =
            "its classes are not on the class path ("
                + e.getMessage()
                + "); add dev.finetune:finetune-onednn with its dependencies";
      } catch (UnsatisfiedLinkError | ExceptionInInitializerError e) {
        state =
            "its native library did not load ("
                + reason(e)
                + "). "
                + advice(Loader.getPlatform(), Platforms.present());
      }
      ENGINE = loaded;
      STATE = state;
    }

    private static String advice(String platform, Set<String> present) {
      String advice = Platforms.advice(platform, present);
      return present.contains(platform) ? advice + ". " + UnpackFolder.advice() : advice;
    }

    /** Returns why native code did not load, without the list of directories that were searched. */
    private static String reason(Throwable failure) {
      Throwable root = Throwables.getRootCause(failure);
      // JDK 24 and newer, with --illegal-native-access=deny.
      if (root instanceof IllegalCallerException) {
        return "native access is denied; start Java with --enable-native-access=ALL-UNNAMED";
      }
      String message = String.valueOf(root.getMessage());
      return message.replaceFirst(" in java\\.library\\.path.*", " on the class path");
    }

    private Library() {}
  }

  /** Returns whether oneDNN is on the class path and its native library loads. */
  public static boolean available() {
    return Library.ENGINE != null;
  }

  /**
   * Returns oneDNN's version and instruction set, or why it is not available and which dependency
   * to add.
   */
  public static String describe() {
    return Library.STATE;
  }

  /**
   * Returns oneDNN's CPU engine.
   *
   * @throws IllegalStateException if oneDNN is not available
   */
  static engine engine() {
    engine loaded = Library.ENGINE;
    if (loaded == null) {
      throw new IllegalStateException("oneDNN is not available: " + Library.STATE);
    }
    return loaded;
  }
}
