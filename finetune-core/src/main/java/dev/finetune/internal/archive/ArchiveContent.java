package dev.finetune.internal.archive;

import dev.finetune.data.UnreadableFileException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.zip.ZipException;

/** Names the file in what the readers of its entries throw, which know the entries only. */
public final class ArchiveContent {

  private ArchiveContent() {}

  /**
   * Reads a file.
   *
   * @param <T> the type of the result
   */
  @FunctionalInterface
  public interface Reading<T> {
    /**
     * Reads it.
     *
     * @throws IOException if it cannot be read
     */
    T read() throws IOException;
  }

  /**
   * Reads a file whose content may be damaged or crafted.
   *
   * @throws UnreadableFileException if the content cannot be used: the reading throws it, or says
   *     that the zip is damaged or that values do not match each other
   * @throws IOException if the file cannot be read; the message names the file
   */
  public static <T> T of(Path file, Reading<T> reading) throws IOException {
    String name = file.toString();
    try {
      return reading.read();
    } catch (FileSystemException e) {
      throw e; // names the file
    } catch (UnreadableFileException e) {
      throw e.file().equals(name) ? e : within(name, e);
    } catch (ZipException | EOFException | IllegalArgumentException | ArithmeticException e) {
      throw new UnreadableFileException(name, "", message(e), e);
    } catch (IOException e) {
      throw new IOException(name + ": " + message(e), e);
    }
  }

  /** Returns an exception about a part of a file, given one that has the part as its file. */
  private static UnreadableFileException within(String file, UnreadableFileException e) {
    String place = e.place().isEmpty() ? e.file() : e.file() + ": " + e.place();
    return new UnreadableFileException(file, place, e.reason(), e);
  }

  private static String message(Exception e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
