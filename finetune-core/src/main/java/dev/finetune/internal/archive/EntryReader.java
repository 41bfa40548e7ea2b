package dev.finetune.internal.archive;

import dev.finetune.data.UnreadableFileException;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of a zip in the order of the file, each byte once. The central directory at the
 * end of the file is not used, so it cannot contradict the entries.
 */
public final class EntryReader implements Closeable {

  private static final int PIECE = 1 << 16;

  /** The bytes that may be unpacked for each byte of the file, and those of any file. */
  private static final long MOST_TIMES = 100;

  private static final long MOST = 1 << 24;

  private final String file;
  private final ZipInputStream zip;
  private final long fileBytes;
  private @Nullable ZipEntry entry;
  private long skipped;

  private EntryReader(String file, ZipInputStream zip, long fileBytes) {
    this.file = file;
    this.zip = zip;
    this.fileBytes = fileBytes;
  }

  /**
   * Opens a file and moves to its first entry.
   *
   * @throws IOException if the file cannot be read or its first entry is damaged
   */
  public static EntryReader open(Path file) throws IOException {
    long bytes = Files.size(file);
    EntryReader reader =
        new EntryReader(
            file.toString(),
            new ZipInputStream(new BufferedInputStream(Files.newInputStream(file))),
            bytes);
    try {
      reader.next();
      return reader;
    } catch (IOException e) {
      reader.close();
      throw e;
    }
  }

  /** Returns the path of the file, for messages. */
  public String file() {
    return file;
  }

  /**
   * Moves to the next entry and skips the rest of the current one.
   *
   * @throws IOException if the zip is truncated or damaged
   */
  public void next() throws IOException {
    try {
      entry = zip.getNextEntry();
    } catch (EOFException e) {
      throw new UnreadableFileException(
          file, "", "the zip must be complete, got a truncated one", e);
    } catch (IllegalArgumentException e) {
      throw new UnreadableFileException(
          file, "", "entry names must be readable: " + e.getMessage(), e);
    }
  }

  /** Returns the name of the current entry; null after the last entry. */
  public @Nullable String name() {
    return entry == null ? null : entry.getName();
  }

  /**
   * Reads the rest of the current entry, whose checksum is compared.
   *
   * @throws UnreadableFileException if it is damaged, or the entries have many times the bytes of
   *     the file: weights do not, and to unpack them takes forever
   */
  public void skip() throws IOException {
    byte[] piece = new byte[PIECE];
    for (int count = zip.read(piece); count >= 0; count = zip.read(piece)) {
      skipped += count;
      if (skipped > MOST + MOST_TIMES * fileBytes) {
        throw new UnreadableFileException(
            file,
            "entry " + name(),
            String.format(
                "the entries of a zip must have at most %d times its bytes, %d, got more",
                MOST_TIMES, fileBytes));
      }
    }
  }

  /** Returns the content of the current entry. The caller must not close the stream. */
  public InputStream content() {
    return zip;
  }

  /**
   * Returns the number of bytes of the current entry. It is not larger than the file.
   *
   * @param name the expected name
   * @param most the maximum number of bytes
   * @throws IOException if the entry has another name, is compressed, or is larger
   */
  public long stored(String name, long most) throws IOException {
    if (entry == null || !entry.getName().equals(name)) {
      throw new UnreadableFileException(
          file, "", "the next entry must be " + name + ", got " + name());
    }
    if (entry.getMethod() != ZipEntry.STORED) {
      throw new UnreadableFileException(
          file,
          "entry " + name,
          "must be stored without compression, got method " + entry.getMethod());
    }
    long size = entry.getSize();
    long limit = Math.min(most, fileBytes);
    if (size < 0 || size > limit || size != entry.getCompressedSize()) {
      throw new UnreadableFileException(
          file,
          "entry " + name,
          String.format(
              "must have at most %d bytes and be uncompressed, got %d stored bytes for %d",
              limit, entry.getCompressedSize(), size));
    }
    return size;
  }

  /**
   * Checks that the current entry has been read completely.
   *
   * @throws IOException if it has more bytes, or its CRC-32 is wrong
   */
  public void requireEnd() throws IOException {
    if (zip.read() >= 0) {
      throw new UnreadableFileException(
          file, "entry " + name(), "must have the size of its header, got more bytes");
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
