package dev.finetune.internal.files;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Checks that a path is a file before it is opened. */
public final class RegularFiles {

  private RegularFiles() {}

  /**
   * Requires a file.
   *
   * @param path the path to check
   * @param expected the expected content, such as "a model file"
   * @throws NoSuchFileException if nothing is at the path
   * @throws FileSystemException if something else is there, such as a directory
   */
  public static void require(Path path, String expected) throws IOException {
    if (Files.isRegularFile(path)) {
      return;
    }
    String rule = "must be " + expected + ", got ";
    if (Files.isDirectory(path)) {
      throw new FileSystemException(path.toString(), null, rule + "a directory");
    }
    throw new NoSuchFileException(path.toString(), null, rule + "no file");
  }
}
