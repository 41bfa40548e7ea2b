package dev.finetune.zoo.download;

import static com.google.common.base.Preconditions.checkArgument;

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
 * @param proxy the address of an HTTP proxy; without one the Java properties {@code
 *     https.proxyHost} and the like hold
 * @param attempts how often a transfer is tried, going on where it broke off; at least 1
 * @param pause before the second attempt; doubled before each further one
 * @param patience how long nothing may come before a transfer counts as broken
 * @param progress told of bytes done
 */
public record DownloadOptions(
    Path cache,
    boolean offline,
    Optional<URI> mirror,
    Optional<URI> proxy,
    int attempts,
    Duration pause,
    Duration patience,
    DownloadProgress progress) {

  public DownloadOptions {
    checkArgument(attempts >= 1, "A transfer is attempted at least once, got %s", attempts);
    checkArgument(
        proxy.isEmpty() || (proxy.get().getHost() != null && proxy.get().getPort() > 0),
        "A proxy is an address such as http://proxy.example:3128, got %s",
        proxy.orElse(null));
  }

  /** Into that directory: online, without mirror or proxy, four attempts. */
  public static DownloadOptions into(Path cache) {
    return new DownloadOptions(
        cache,
        false,
        Optional.empty(),
        Optional.empty(),
        4,
        Duration.ofSeconds(1),
        Duration.ofMinutes(1),
        DownloadProgress.logged());
  }

  /**
   * As the system properties {@code finetune.cache}, {@code finetune.offline}, {@code
   * finetune.mirror} and {@code finetune.proxy} say, or else the environment variables {@code
   * FINETUNE_CACHE}, {@code FINETUNE_OFFLINE}, {@code FINETUNE_MIRROR} and {@code FINETUNE_PROXY};
   * without them {@code ~/.cache/finetune}, online, no mirror, Java's proxy.
   */
  public static DownloadOptions fromEnvironment() {
    String cache = setting("cache");
    DownloadOptions options =
        into(
            cache == null
                ? Path.of(System.getProperty("user.home"), ".cache", "finetune")
                : Path.of(cache));
    String mirror = setting("mirror");
    String proxy = setting("proxy");
    options = mirror == null ? options : options.mirror(URI.create(mirror));
    options = proxy == null ? options : options.proxy(URI.create(proxy));
    return options.offline(Boolean.parseBoolean(setting("offline")));
  }

  private static @Nullable String setting(String name) {
    String property = System.getProperty("finetune." + name);
    return property != null ? property : System.getenv("FINETUNE_" + name.toUpperCase(Locale.ROOT));
  }

  /** Returns a copy that keeps files in that directory. */
  public DownloadOptions cache(Path directory) {
    return new DownloadOptions(
        directory, offline, mirror, proxy, attempts, pause, patience, progress);
  }

  /** Returns a copy that uses only what is in the cache, or not only that. */
  public DownloadOptions offline(boolean only) {
    return new DownloadOptions(cache, only, mirror, proxy, attempts, pause, patience, progress);
  }

  /** Returns a copy that takes files from that base address; a file's name is put behind it. */
  public DownloadOptions mirror(URI base) {
    return new DownloadOptions(
        cache, offline, Optional.of(base), proxy, attempts, pause, patience, progress);
  }

  /** Returns a copy that asks that HTTP proxy, such as {@code http://proxy.example:3128}. */
  public DownloadOptions proxy(URI address) {
    return new DownloadOptions(
        cache, offline, mirror, Optional.of(address), attempts, pause, patience, progress);
  }

  /**
   * Returns a copy that tries so often, with that pause before the second time, doubled each time.
   */
  public DownloadOptions attempts(int count, Duration firstPause) {
    return new DownloadOptions(
        cache, offline, mirror, proxy, count, firstPause, patience, progress);
  }

  /** Returns a copy that takes a transfer for broken after nothing has come for so long. */
  public DownloadOptions patience(Duration most) {
    return new DownloadOptions(cache, offline, mirror, proxy, attempts, pause, most, progress);
  }

  /** Returns a copy that tells that one. */
  public DownloadOptions progress(DownloadProgress told) {
    return new DownloadOptions(cache, offline, mirror, proxy, attempts, pause, patience, told);
  }
}
