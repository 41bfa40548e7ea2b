package dev.finetune.datasets;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The names that this JVM has for files. With {@code LC_ALL=C} Java knows ASCII only. It lists
 * other names with replacement characters and finds no file by them.
 */
final class FileNames {

  private FileNames() {}

  /** Returns whether the file can be found by the name that a path has in Java. */
  static boolean isExpressible(Path path) {
    try {
      return path.getFileSystem().getPath(path.toString()).equals(path);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** Returns the rule that a name breaks, and what to do. */
  static String rule() {
    String encoding = System.getProperty("sun.jnu.encoding", "unknown");
    return "must be expressible in the encoding of file names of this JVM, sun.jnu.encoding "
        + encoding
        + (encoding.toUpperCase(Locale.ROOT).equals("UTF-8")
            ? "; rename it"
            : "; start Java with LC_ALL=C.UTF-8");
  }
}
