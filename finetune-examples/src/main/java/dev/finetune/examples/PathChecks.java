package dev.finetune.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Checks of the paths that a command is given, made before it starts to work. What is there depends
 * on the outside world, so a failure is not a wrong call.
 */
final class PathChecks {

  private PathChecks() {}

  /**
   * Returns an existing file.
   *
   * @param argument the name of the argument
   * @param expected what it must be, such as {@code an image file}
   */
  static Path file(String argument, String expected, Path path) throws IOException {
    if (!Files.exists(path)) {
      throw refused(argument, expected, path, "does not exist");
    }
    return notDirectory(argument, expected, path);
  }

  /** Returns an existing directory. */
  static Path directory(String argument, String expected, Path path) throws IOException {
    if (!Files.exists(path)) {
      throw refused(argument, expected, path, "does not exist");
    }
    return directoryOrNothing(argument, expected, path);
  }

  /** Returns the path of a file that will be written. */
  static Path outputFile(String argument, Path path) throws IOException {
    return notDirectory(argument, "a file to write", path);
  }

  /** Returns the path of a directory that is created if it does not exist. */
  static Path outputDirectory(String argument, Path path) throws IOException {
    return directoryOrNothing(argument, "a directory", path);
  }

  private static Path notDirectory(String argument, String expected, Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw refused(argument, expected, path, "is a directory");
    }
    return path;
  }

  private static Path directoryOrNothing(String argument, String expected, Path path)
      throws IOException {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw refused(argument, expected, path, "is a file");
    }
    return path;
  }

  private static IOException refused(String argument, String expected, Path path, String actual) {
    return new IOException(argument + " must be " + expected + ", and " + path + " " + actual);
  }
}
