package dev.finetune.internal.version;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The version of this library.
 *
 * <p>It is read from a file that the build fills in. A jar's manifest would not do: named modules
 * do not see it, and shaded jars have another.
 */
public final class LibraryVersion {

  private static final String VERSION = read();

  private LibraryVersion() {}

  /** Returns the version, such as {@code 0.1.0}. */
  public static String get() {
    return VERSION;
  }

  private static String read() {
    try (InputStream in = LibraryVersion.class.getResourceAsStream("version.properties")) {
      if (in == null) {
        throw new IllegalStateException(
            "finetune-core is incomplete: dev/finetune/internal/version/version.properties is missing");
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
