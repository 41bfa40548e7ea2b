package dev.finetune.zoo.download;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How weight files are got.
 *
 * @param cache the directory they are kept in
 * @param offline whether only what is there may be used
 * @param mirror a base address to take files from instead of their source
 * @param attempts how often a transfer is tried, going on where it broke off; at least 1
 * @param pause before the second attempt; doubled before each further one
 * @param progress told of bytes done
 */
public record DownloadOptions(
    Path cache,
    boolean offline,
    Optional<URI> mirror,
    int attempts,
    Duration pause,
    DownloadProgress progress) {

  /**
   * As the system properties {@code finetune.cache}, {@code finetune.offline}, {@code
   * finetune.mirror} say, or else the environment variables {@code FINETUNE_CACHE}, {@code
   * FINETUNE_OFFLINE}, {@code FINETUNE_MIRROR}; without them {@code ~/.cache/finetune}, online, no
   * mirror.
   */
  public static DownloadOptions fromEnvironment() {
    String cache = setting("cache");
    String mirror = setting("mirror");
    return new DownloadOptions(
        cache == null
            ? Path.of(System.getProperty("user.home"), ".cache", "finetune")
            : Path.of(cache),
        Boolean.parseBoolean(setting("offline")),
        mirror == null ? Optional.empty() : Optional.of(URI.create(mirror)),
        4,
        Duration.ofSeconds(1),
        DownloadProgress.logged());
  }

  private static @Nullable String setting(String name) {
    String property = System.getProperty("finetune." + name);
    return property != null ? property : System.getenv("FINETUNE_" + name.toUpperCase(Locale.ROOT));
  }
}
