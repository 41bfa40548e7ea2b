package dev.finetune.zoo.internal.zip;

import dev.finetune.data.UnreadableFileException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A zip whose entries are verified as they are read. {@link ZipFile} itself does not check their
 * checksums, so a damaged file would yield wrong values.
 */
public final class CheckedZip implements Closeable {

  /** The most bytes of an array. */
  private static final long MAX_ARRAY = Integer.MAX_VALUE - 8;

  private final Path file;
  private final ZipFile zip;
  private final Map<String, ZipEntry> entries = new LinkedHashMap<>();

  private CheckedZip(Path file, ZipFile zip) {
    this.file = file;
    this.zip = zip;
  }

  /**
   * Opens a zip.
   *
   * @throws UnreadableFileException if its directory cannot be read or lists an entry twice
   * @throws IOException if the file cannot be read
   */
  public static CheckedZip open(Path file) throws IOException {
    CheckedZip opened;
    try {
      opened = new CheckedZip(file, new ZipFile(file.toFile()));
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw new UnreadableFileException(
          file.toString(),
          "",
          "the zip cannot be read: "
              + (e instanceof EOFException ? "it is cut off" : e.getMessage())
              + "; it is damaged, or the file is not complete",
          e);
    }
    for (Enumeration<? extends ZipEntry> all = opened.zip.entries(); all.hasMoreElements(); ) {
      ZipEntry entry = all.nextElement();
      if (opened.entries.put(entry.getName(), entry) != null) {
        opened.close();
        throw new UnreadableFileException(
            file.toString(),
            "",
            "the zip cannot be read: entry names must be distinct, got "
                + entry.getName()
                + " twice");
      }
    }
    return opened;
  }

  /** Returns the names of all entries, in the order of the file. */
  public List<String> names() {
    return new ArrayList<>(entries.keySet());
  }

  /** Returns whether there is an entry of that name. */
  public boolean has(String name) {
    return entries.containsKey(name);
  }

  /**
   * Reads an entry. Allocates no memory if it is larger than allowed.
   *
   * @param name the name of the entry
   * @param most the most bytes that a compressed entry may have. A stored one cannot be larger than
   *     the file.
   * @throws UnreadableFileException if there is no such entry, it is larger than allowed, or its
   *     size or CRC-32 is not that in the directory
   * @throws IOException if the file cannot be read
   */
  public byte[] read(String name, long most) throws IOException {
    ZipEntry entry = entries.get(name);
    if (entry == null) {
      throw unreadable(name, "the entry must exist, got none", null);
    }
    long limit = entry.getMethod() == ZipEntry.STORED ? Files.size(file) : most;
    if (entry.getSize() > Math.min(limit, MAX_ARRAY)) {
      throw unreadable(
          name,
          "the entry must have at most "
              + Math.min(limit, MAX_ARRAY)
              + " bytes, got "
              + entry.getSize(),
          null);
    }
    byte[] bytes;
    try (InputStream in = zip.getInputStream(entry)) {
      bytes = in.readNBytes((int) entry.getSize() + 1);
    } catch (ZipException | EOFException e) {
      String why = e.getMessage() == null ? "it ends behind the file" : e.getMessage();
      throw unreadable(name, "the entry is damaged: " + why, e);
    } catch (IOException e) {
      throw new IOException(file + ": entry " + name + ": " + e.getMessage(), e);
    }
    CRC32 crc = new CRC32();
    crc.update(bytes);
    if (bytes.length != entry.getSize() || crc.getValue() != entry.getCrc()) {
      throw unreadable(
          name,
          String.format(
              "the entry is damaged: it must have %d bytes with CRC-32 %08x, got %d bytes with"
                  + " %08x",
              entry.getSize(), entry.getCrc(), bytes.length, crc.getValue()),
          null);
    }
    return bytes;
  }

  private UnreadableFileException unreadable(
      String entry, String reason, @Nullable Exception cause) {
    return new UnreadableFileException(file.toString(), "entry " + entry, reason, cause);
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
