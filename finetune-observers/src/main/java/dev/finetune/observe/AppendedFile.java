package dev.finetune.observe;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writing at the end of a file. Each write opens and closes the file, so that a training that fails
 * leaves no open file, and a process that is killed leaves all that was written.
 */
final class AppendedFile {

  private AppendedFile() {}

  /**
   * Requires a path below which files can be created.
   *
   * @param name the name of the argument
   * @throws IllegalArgumentException if a parent of the path is a file, or the path is not on the
   *     default file system
   */
  static void requireCreatable(String name, Path path) {
    checkNotNull(path, "%s must not be null", name);
    checkArgument(
        path.getFileSystem().equals(FileSystems.getDefault()),
        "%s must be on the default file system, got %s",
        name,
        path.toUri());
    for (Path parent = path.toAbsolutePath().getParent();
        parent != null;
        parent = parent.getParent()) {
      checkArgument(
          !Files.exists(parent) || Files.isDirectory(parent),
          "%s must be in a directory, got %s, where %s is a file",
          name,
          path,
          parent);
    }
  }

  /**
   * Appends bytes in one write and creates the file if it does not exist.
   *
   * <p>A {@link FileOutputStream}, because the channels of {@link Files} write nothing in an
   * interrupted thread, and the results of a training that is interrupted are wanted too.
   *
   * @throws UncheckedIOException if the file cannot be written; the message names the file
   */
  static void append(Path file, byte[] bytes) {
    try (OutputStream out = new FileOutputStream(file.toFile(), true)) {
      out.write(bytes);
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /** Returns the exception for a file that cannot be read or written. */
  static UncheckedIOException failed(Path file, IOException cause) {
    return new UncheckedIOException(new IOException(file + ": writing failed: " + cause, cause));
  }
}
