package dev.finetune.internal.archive;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hashing;
import com.google.common.hash.HashingInputStream;
import dev.finetune.weights.safetensors.SafetensorsStream;
import java.io.IOException;
import java.util.List;

/**
 * Reads what {@link ArchiveWriter} wrote, one entry after another. The hash of each is of the very
 * bytes that its values are made of.
 */
public final class ArchiveReader {

  /** The name of the first entry of every archive. */
  public static final String SUMS = Sha256Sums.NAME;

  /** Makes something of tensors; whether they are the right ones is known from the header. */
  @FunctionalInterface
  public interface Tensors<T> {
    /** Reads them. */
    T read(String source, SafetensorsStream stream) throws IOException;
  }

  private final EntryReader entries;
  private final Sha256Sums sums;

  private ArchiveReader(EntryReader entries, Sha256Sums sums) {
    this.entries = entries;
    this.sums = sums;
  }

  /**
   * Reads the sums.
   *
   * @param entries at the first entry
   * @throws IOException if that has no sums
   */
  public static ArchiveReader of(EntryReader entries) throws IOException {
    byte[] text = content(entries, Sha256Sums.NAME, Sha256Sums.MAX_BYTES);
    return new ArchiveReader(entries, Sha256Sums.read(text));
  }

  /** Returns the names of the entries behind the sums, in their order. */
  public List<String> names() {
    return sums.names();
  }

  /**
   * Checks which entries there are behind the sums.
   *
   * @throws IOException if they are others
   */
  public void requireNames(List<String> names) throws IOException {
    if (!names().equals(names)) {
      throw new IOException(
          Sha256Sums.NAME
              + ": there must be a line with the SHA-256 of each of "
              + names
              + ", got "
              + names());
    }
  }

  /**
   * Reads the next entry whole.
   *
   * @param most bytes that it may have
   * @throws IOException if it is another, larger, or damaged
   */
  public byte[] bytes(String name, int most) throws IOException {
    entries.next();
    byte[] bytes = content(entries, name, most);
    sums.require(name, Hashing.sha256().hashBytes(bytes));
    return bytes;
  }

  /**
   * Reads the next entry, which is safetensors.
   *
   * @throws IOException if it is another, or damaged
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
   * Checks that there are no more entries.
   *
   * @throws IOException if there are
   */
  public void requireEnd() throws IOException {
    entries.next();
    if (entries.name() != null) {
      List<String> all =
          ImmutableList.<String>builder().add(Sha256Sums.NAME).addAll(names()).build();
      throw new IOException("the entries must be " + all + ", got also " + entries.name());
    }
  }

  private static byte[] content(EntryReader entries, String name, int most) throws IOException {
    int size = (int) entries.stored(name, most);
    byte[] bytes = entries.content().readNBytes(size);
    entries.requireEnd();
    return bytes;
  }
}
