package dev.finetune.internal.archive;

import com.google.common.hash.Funnels;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.io.CountingOutputStream;
import dev.finetune.internal.files.AtomicFiles;
import java.io.IOException;
import java.time.LocalDateTime;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * An uncompressed entry of a zip with its size and hashes. Its content is produced twice: first for
 * the size and hashes, which the zip stores in front of it, and then to write it.
 */
final class EntryWriter {

  /** The time of every entry, a constant so that a model always has the same bytes. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

  private final ZipEntry entry;
  private final AtomicFiles.Content content;
  private final String sha256;

  private EntryWriter(ZipEntry entry, AtomicFiles.Content content, String sha256) {
    this.entry = entry;
    this.content = content;
    this.sha256 = sha256;
  }

  /** Produces the content once to compute its size and hashes. */
  static EntryWriter of(String name, AtomicFiles.Content content) throws IOException {
    Hasher sha256 = Hashing.sha256().newHasher();
    CheckedOutputStream crc = new CheckedOutputStream(Funnels.asOutputStream(sha256), new CRC32());
    CountingOutputStream counted = new CountingOutputStream(crc);
    content.writeTo(counted);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setTimeLocal(TIME);
    entry.setSize(counted.getCount());
    entry.setCompressedSize(counted.getCount());
    entry.setCrc(crc.getChecksum().getValue());
    return new EntryWriter(entry, content, sha256.hash().toString());
  }

  String name() {
    return entry.getName();
  }

  /** Returns the SHA-256 of the content, in hexadecimal digits. */
  String sha256() {
    return sha256;
  }

  /** Adds the entry to a zip. */
  void writeTo(ZipOutputStream zip) throws IOException {
    zip.putNextEntry(entry);
    content.writeTo(zip);
    zip.closeEntry();
  }
}
