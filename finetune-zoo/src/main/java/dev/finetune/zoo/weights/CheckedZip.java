package dev.finetune.zoo.weights;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
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
final class CheckedZip implements Closeable {

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
   * @throws IOException if its directory cannot be read or lists an entry twice; the message names
   *     the file
   */
  static CheckedZip open(Path file) throws IOException {
    CheckedZip opened;
    try {
      opened = new CheckedZip(file, new ZipFile(file.toFile()));
    } catch (ZipException e) {
      throw unreadable(file, e.getMessage(), e);
    }
    for (Enumeration<? extends ZipEntry> all = opened.zip.entries(); all.hasMoreElements(); ) {
      ZipEntry entry = all.nextElement();
      if (opened.entries.put(entry.getName(), entry) != null) {
        opened.close();
        throw unreadable(
            file, "entry names must be distinct, got " + entry.getName() + " twice", null);
      }
    }
    return opened;
  }

  /** Returns the names of all entries, in the order of the file. */
  List<String> names() {
    return new ArrayList<>(entries.keySet());
  }

  boolean has(String name) {
    return entries.containsKey(name);
  }

  /**
   * Reads an entry.
   *
   * @throws IOException if there is no such entry, or its size or CRC-32 is not that in the
   *     directory; the message names the file
   */
  byte[] read(String name) throws IOException {
    ZipEntry entry = entries.get(name);
    if (entry == null) {
      throw unreadable(file, "entry " + name + " is missing", null);
    }
    byte[] bytes;
    try (InputStream in = zip.getInputStream(entry)) {
      bytes = in.readAllBytes();
    } catch (IOException e) {
      throw unreadable(file, "entry " + name + ": " + e.getMessage(), e);
    }
    CRC32 crc = new CRC32();
    crc.update(bytes);
    if (bytes.length != entry.getSize() || crc.getValue() != entry.getCrc()) {
      throw new IOException(
          String.format(
              "%s: entry %s is damaged: it must have %d bytes with CRC-32 %08x, got %d bytes with"
                  + " %08x",
              file, name, entry.getSize(), entry.getCrc(), bytes.length, crc.getValue()));
    }
    return bytes;
  }

  private static IOException unreadable(Path file, @Nullable String why, @Nullable Exception e) {
    return new IOException(file + ": the zip cannot be read: " + why, e);
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
