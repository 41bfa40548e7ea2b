package dev.finetune.internal.archive;

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
 * The entries of a zip, one after another as they lie in the file, each byte read once. The zip's
 * own directory at the end of the file is not used, so nothing in it can contradict the entries.
 */
public final class EntryReader implements Closeable {

  private final ZipInputStream zip;
  private final long fileBytes;
  private @Nullable ZipEntry entry;

  private EntryReader(ZipInputStream zip, long fileBytes) {
    this.zip = zip;
    this.fileBytes = fileBytes;
  }

  /** Opens a file and goes to its first entry. */
  public static EntryReader open(Path file) throws IOException {
    long bytes = Files.size(file);
    EntryReader reader =
        new EntryReader(
            new ZipInputStream(new BufferedInputStream(Files.newInputStream(file))), bytes);
    try {
      reader.next();
      return reader;
    } catch (IOException e) {
      reader.close();
      throw e;
    }
  }

  /** Goes to the next entry, past what is left of this one. */
  public void next() throws IOException {
    try {
      entry = zip.getNextEntry();
    } catch (EOFException e) {
      throw new IOException("the zip is cut off", e);
    } catch (IllegalArgumentException e) {
      throw new IOException("an entry's name cannot be read: " + e.getMessage(), e);
    }
  }

  /** Returns the entry's name; null behind the last. */
  public @Nullable String name() {
    return entry == null ? null : entry.getName();
  }

  /** Returns what is in the entry, to its end; not to be closed. */
  public InputStream content() {
    return zip;
  }

  /**
   * Returns how many bytes the entry has, which the file has room for.
   *
   * @throws IOException if the entry is not the one of that name, is compressed, or is larger
   */
  public long stored(String name, long most) throws IOException {
    if (entry == null || !entry.getName().equals(name)) {
      throw new IOException("the next entry must be " + name + ", got " + name());
    }
    if (entry.getMethod() != ZipEntry.STORED) {
      throw new IOException(
          "entry " + name + " must be stored without compression, got method " + entry.getMethod());
    }
    long size = entry.getSize();
    long limit = Math.min(most, fileBytes);
    if (size < 0 || size > limit || size != entry.getCompressedSize()) {
      throw new IOException(
          String.format(
              "entry %s must have at most %d bytes, stored as they are, got %d and %d",
              name, limit, entry.getCompressedSize(), size));
    }
    return size;
  }

  /**
   * Checks that the entry ends here.
   *
   * @throws IOException if it goes on, or the zip's checksum of it is wrong
   */
  public void requireEnd() throws IOException {
    if (zip.read() >= 0) {
      throw new IOException("entry " + name() + " has more bytes than it says");
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
