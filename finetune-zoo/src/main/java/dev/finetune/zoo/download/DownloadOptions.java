package dev.finetune.zoo.download;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Verify.verifyNotNull;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The settings of downloads. Immutable: each method returns a modified copy.
 *
 * @param cache the directory in which files are kept; it is created if needed
 * @param offline whether only files in the cache may be used
 * @param mirror the base address to download from instead of a file's own source; the file name is
 *     appended
 * @param proxy the address of an HTTP proxy, with host and port; if empty, Java's settings apply,
 *     such as the system property {@code https.proxyHost}
 * @param attempts the number of attempts, at least 1; each resumes the transfer of the one before
 * @param pause the pause before the second attempt; it doubles with every further attempt
 * @param patience the time without response or data after which an attempt fails
 * @param progress receives the number of bytes as they arrive
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

  /**
   * Creates settings. {@link #into} and the methods that return modified copies are easier to read.
   *
   * @param cache the directory in which files are kept
   * @param offline whether only files in the cache may be used
   * @param mirror the base address to download from, if not a file's own source
   * @param proxy the address of an HTTP proxy, with host and port
   * @param attempts the number of attempts, at least 1
   * @param pause the pause before the second attempt; it doubles with every further attempt
   * @param patience the time without response or data after which an attempt fails
   * @param progress receives the number of bytes as they arrive
   * @throws IllegalArgumentException if {@code attempts} is less than 1, or {@code proxy} has no
   *     host or port
   */
  public DownloadOptions {
    checkArgument(attempts >= 1, "attempts must be >= 1, got %s", attempts);
    checkArgument(
        proxy.isEmpty() || (proxy.get().getHost() != null && proxy.get().getPort() > 0),
        "proxy must be an address such as http://proxy.example:3128, got %s",
        proxy.orElse(null));
  }

  /**
   * Creates settings with a cache directory and defaults: online, no mirror, Java's proxy settings,
   * four attempts with an initial pause of one second, a patience of one minute, and progress in
   * the log.
   *
   * @param cache the directory in which files are kept
   * @return the settings
   */
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
   * Creates settings from the system properties {@code finetune.cache}, {@code finetune.offline},
   * {@code finetune.mirror} and {@code finetune.proxy}. Where a property is not set, the
   * environment variable {@code FINETUNE_CACHE}, {@code FINETUNE_OFFLINE}, {@code FINETUNE_MIRROR}
   * or {@code FINETUNE_PROXY} is used. Values of white space count as not set.
   *
   * <p>Offline is {@code true}, {@code yes}, {@code on} or {@code 1}, and {@code false}, {@code
   * no}, {@code off} or {@code 0}, in upper or lower case. Without a cache it is {@code
   * ~/.cache/finetune}, and where there is no home directory, as for users of a container that it
   * does not know, {@code finetune-cache} in the temporary directory. The other settings are those
   * of {@link #into}.
   *
   * @return the settings
   * @throws IllegalArgumentException if a mirror or proxy is not a valid address, the cache is not
   *     a valid path, or offline has another value
   */
  public static DownloadOptions fromEnvironment() {
    return from(System::getProperty, System::getenv);
  }

  /** Creates settings from properties, and from variables where they are not set. */
  static DownloadOptions from(
      Function<String, @Nullable String> property, Function<String, @Nullable String> variable) {
    DownloadOptions options = into(usualCache(property));
    for (String name : List.of("cache", "offline", "mirror", "proxy")) {
      String key = "finetune." + name;
      String value = property.apply(key);
      if (isNotSet(value)) {
        key = "FINETUNE_" + name.toUpperCase(Locale.ROOT);
        value = variable.apply(key);
      }
      if (!isNotSet(value)) {
        options = options.with(name, key, verifyNotNull(value).strip());
      }
    }
    return options;
  }

  private DownloadOptions with(String name, String key, String value) {
    return switch (name) {
      case "cache" -> cache(path(key, value));
      case "offline" -> offline(yes(key, value));
      case "mirror" -> mirror(URI.create(value));
      default -> proxy(URI.create(value));
    };
  }

  private static Path path(String key, String value) {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          key
              + " must be a path in the encoding of file names of this JVM, sun.jnu.encoding "
              + System.getProperty("sun.jnu.encoding")
              + ", which LC_ALL=C.UTF-8 changes, got "
              + value,
          e);
    }
  }

  private static boolean yes(String key, String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on", "1" -> true;
      case "false", "no", "off", "0" -> false;
      default ->
          throw new IllegalArgumentException(
              key + " must be true, yes, on, 1, false, no, off or 0, got " + value);
    };
  }

  private static boolean isNotSet(@Nullable String value) {
    return value == null || value.isBlank();
  }

  private static Path usualCache(Function<String, @Nullable String> property) {
    String home = property.apply("user.home");
    // Java says "?" for a user without a home: a relative path would be another cache in each
    // working directory.
    return home != null && Path.of(home).isAbsolute()
        ? Path.of(home, ".cache", "finetune")
        : Path.of(verifyNotNull(property.apply("java.io.tmpdir")), "finetune-cache");
  }

  /**
   * Returns a copy that stores files in another directory.
   *
   * @param directory the directory; created when a file is downloaded
   * @return the modified copy
   */
  public DownloadOptions cache(Path directory) {
    return new DownloadOptions(
        directory, offline, mirror, proxy, attempts, pause, patience, progress);
  }

  /**
   * Returns a copy that does or does not download files.
   *
   * @param only whether only files in the cache may be used
   * @return the modified copy
   */
  public DownloadOptions offline(boolean only) {
    return new DownloadOptions(cache, only, mirror, proxy, attempts, pause, patience, progress);
  }

  /**
   * Returns a copy that downloads from a mirror.
   *
   * @param base the base address; the name of a file is appended to it
   * @return the modified copy
   */
  public DownloadOptions mirror(URI base) {
    return new DownloadOptions(
        cache, offline, Optional.of(base), proxy, attempts, pause, patience, progress);
  }

  /**
   * Returns a copy that uses an HTTP proxy.
   *
   * @param address the address of the proxy, such as {@code http://proxy.example:3128}
   * @return the modified copy
   * @throws IllegalArgumentException if {@code address} has no host or port
   */
  public DownloadOptions proxy(URI address) {
    return new DownloadOptions(
        cache, offline, mirror, Optional.of(address), attempts, pause, patience, progress);
  }

  /**
   * Returns a copy with other retries.
   *
   * @param count the number of attempts, at least 1
   * @param firstPause the pause before the second attempt; it doubles with every further attempt
   * @return the modified copy
   * @throws IllegalArgumentException if {@code count} is less than 1
   */
  public DownloadOptions attempts(int count, Duration firstPause) {
    return new DownloadOptions(
        cache, offline, mirror, proxy, count, firstPause, patience, progress);
  }

  /**
   * Returns a copy with another timeout.
   *
   * @param most the time without response or data after which an attempt fails
   * @return the modified copy
   */
  public DownloadOptions patience(Duration most) {
    return new DownloadOptions(cache, offline, mirror, proxy, attempts, pause, most, progress);
  }

  /**
   * Returns a copy that reports progress elsewhere.
   *
   * @param told receives the number of bytes as they arrive
   * @return the modified copy
   */
  public DownloadOptions progress(DownloadProgress told) {
    return new DownloadOptions(cache, offline, mirror, proxy, attempts, pause, patience, told);
  }
}
