package dev.finetune.internal.onednn;

import com.google.common.collect.ImmutableSet;
import dev.finetune.internal.natives.NativePlatform;
import java.util.ServiceLoader;
import java.util.Set;

/** The platforms that oneDNN's native libraries exist for, and those that an application has. */
final class Platforms {

  private static final ImmutableSet<String> PUBLISHED =
      ImmutableSet.of("linux-x86_64", "linux-arm64", "macosx-x86_64", "windows-x86_64");

  private Platforms() {}

  /** Returns the platforms whose artifacts are on the class path or module path. */
  static Set<String> present() {
    return ServiceLoader.load(NativePlatform.class, Platforms.class.getClassLoader()).stream()
        .map(provider -> provider.get().platform())
        .collect(ImmutableSet.toImmutableSet());
  }

  /**
   * Returns what an application can do to have oneDNN on a platform.
   *
   * @param platform the platform that the application runs on
   * @param present the platforms whose artifacts it has
   */
  static String advice(String platform, Set<String> present) {
    String found =
        "Native libraries are present for "
            + (present.isEmpty() ? "no platform" : String.join(", ", present));
    if (!PUBLISHED.contains(platform)) {
      return found
          + ", and none exist for "
          + platform
          + "; add dev.finetune:finetune-dl4j and org.nd4j:nd4j-native";
    }
    return present.contains(platform)
        ? found
        : found + "; add dev.finetune:finetune-onednn-" + platform;
  }
}
