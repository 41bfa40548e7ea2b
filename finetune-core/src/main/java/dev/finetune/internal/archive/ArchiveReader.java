package dev.finetune.internal.archive;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hashing;
import com.google.common.hash.HashingInputStream;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.weights.safetensors.SafetensorsStream;
import java.io.IOException;
import java.util.List;

/**
 * Reads the entries that {@link ArchiveWriter} wrote, one after another. It hashes the same bytes
 * that it returns, so the file cannot change in between.
 */
public final class ArchiveReader {

  /** The name of the first entry of every archive. */
  public static final String SUMS = Sha256Sums.NAME;

  /**
   * Converts tensors. It can check names and shapes in the header before it reads values.
   *
   * @param <T> the type of the result
   */
  @FunctionalInterface
  public interface Tensors<T> {
    /**
     * Reads the tensors.
     *
     * @param source the name of the entry, for messages
     * @param stream positioned behind the header
     * @throws IOException if the tensors are not the expected ones
     */
    T read(String source, SafetensorsStream stream) throws IOException;
  }

  private final EntryReader entries;
  private final Sha256Sums sums;

  private ArchiveReader(EntryReader entries, Sha256Sums sums) {
    this.entries = entries;
    this.sums = sums;
  }

  /**
   * Reads the checksums.
   *
   * @param entries the entries of a file, at the first one
   * @throws IOException if the first entry does not have checksums
   */
  public static ArchiveReader of(EntryReader entries) throws IOException {
    byte[] text = content(entries, Sha256Sums.NAME, Sha256Sums.MAX_BYTES);
    return new ArchiveReader(entries, Sha256Sums.read(entries.file(), text));
  }

  /** Returns the names of the entries after the checksums, in order. */
  public List<String> names() {
    return sums.names();
  }

  /**
   * Checks the names of the entries after the checksums.
   *
   * @param names the expected names, in order
   * @throws IOException if the names are different
   */
  public void requireNames(List<String> names) throws IOException {
    if (!names().equals(names)) {
      throw new UnreadableFileException(
          entries.file(),
          Sha256Sums.NAME,
          "must have a line with the SHA-256 of each of " + names + ", got " + names());
    }
  }

  /**
   * Reads the next entry.
   *
   * @param name the expected name
   * @param most the maximum number of bytes
   * @throws IOException if the next entry has another name, is larger, or is damaged
   */
  public byte[] bytes(String name, int most) throws IOException {
    entries.next();
    byte[] bytes = content(entries, name, most);
    sums.require(name, Hashing.sha256().hashBytes(bytes));
    return bytes;
  }

  /**
   * Reads the next entry, in the safetensors format.
   *
   * @param name the expected name
   * @param reader converts the tensors
   * @throws IOException if the next entry has another name, or is damaged, or the reader throws it
   */
  public <T> T tensors(String name, Tensors<T> reader) throws IOException {
    entries.next();
    long size = entries.stored(name, Long.MAX_VALUE);
    HashingInputStream hashed = new HashingInputStream(Hashing.sha256(), entries.content());
    T read = reader.read(name, SafetensorsStream.open(name, hashed, size));
    sums.require(name, hashed.hash());
    entries.requireEnd();
    return read;
  }

  /**
   * Checks that there is no further entry.
   *
   * @throws IOException if there is one
   */
  public void requireEnd() throws IOException {
    entries.next();
    if (entries.name() != null) {
      List<String> all =
          ImmutableList.<String>builder().add(Sha256Sums.NAME).addAll(names()).build();
      throw new UnreadableFileException(
          entries.file(), "", "the entries must be " + all + ", got also " + entries.name());
    }
  }

  private static byte[] content(EntryReader entries, String name, int most) throws IOException {
    int size = (int) entries.stored(name, most);
    byte[] bytes = entries.content().readNBytes(size);
    entries.requireEnd();
    return bytes;
  }
}
