package dev.finetune.internal.onednn;

import dev.finetune.internal.natives.OpenMp;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/** The oneDNN library of this process: loaded once, or known not to load. */
public final class OneDnn {

  private OneDnn() {}

  /** Loads on first use. */
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
        state = "its classes are not on the class path (" + e.getMessage() + ")";
      } catch (UnsatisfiedLinkError | ExceptionInInitializerError e) {
        state = "its native library did not load (" + e.getMessage() + ")";
      }
      ENGINE = loaded;
      STATE = state;
    }

    private Library() {}
  }

  /** Returns whether it can compute here. */
  public static boolean available() {
    return Library.ENGINE != null;
  }

  /** Returns why it cannot compute here, and which dependency to add. */
  static String missing() {
    return Library.STATE + ". " + Platforms.advice(Loader.getPlatform(), Platforms.present());
  }

  /** Returns its version and instruction set, or why it is not there. */
  public static String describe() {
    return Library.STATE;
  }

  static engine engine() {
    engine loaded = Library.ENGINE;
    if (loaded == null) {
      throw new IllegalStateException("oneDNN is not available: " + Library.STATE);
    }
    return loaded;
  }
}
