package dev.finetune.internal.onednn;

import dev.finetune.internal.natives.OpenMp;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The oneDNN library of this process: loaded once, or known not to load. */
public final class OneDnn {

  private static final Logger LOG = LoggerFactory.getLogger(OneDnn.class);
  private static final AtomicBoolean WARNED = new AtomicBoolean();

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

  /** Whether it can compute here; if not, says why in the log, once. */
  public static boolean available() {
    if (Library.ENGINE == null && !WARNED.getAndSet(true)) {
      LOG.warn(
          "oneDNN is not used, and training is some ten times slower: {}. Add"
              + " org.bytedeco:dnnl:2.5.2-1.5.7 with the classifier of this platform, such as"
              + " linux-x86_64; there is none for macOS on ARM.",
          Library.STATE);
    }
    return Library.ENGINE != null;
  }

  /** Its version and instruction set, or why it is not there. */
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
