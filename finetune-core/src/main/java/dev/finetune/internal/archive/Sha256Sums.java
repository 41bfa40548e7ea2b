package dev.finetune.internal.archive;

import com.google.common.collect.ImmutableMap;
import com.google.common.hash.HashCode;
import dev.finetune.data.UnreadableFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The SHA-256 of each entry, in the text format of the program {@code sha256sum}. */
final class Sha256Sums {

  static final String NAME = "SHA256SUMS";
  static final int MAX_BYTES = 4096;

  private static final String NAMES = "[A-Za-z0-9_./-]+";
  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64})  (" + NAMES + ")");

  private final String file;
  private final ImmutableMap<String, String> sums;

  private Sha256Sums(String file, ImmutableMap<String, String> sums) {
    this.file = file;
    this.sums = sums;
  }

  /**
   * Checks the name of an entry.
   *
   * @throws IOException if it has characters that are not allowed
   */
  static void requireName(String name) throws IOException {
    if (!name.matches(NAMES)) {
      throw new IOException("Entry names must match " + NAMES + ", got " + name);
    }
  }

  /**
   * Checks that the reader accepts checksums of this length.
   *
   * @throws IOException if they are too long
   */
  static void requireSize(byte[] sums) throws IOException {
    if (sums.length > MAX_BYTES) {
      throw new IOException(
          NAME + " must have at most " + MAX_BYTES + " bytes, got " + sums.length);
    }
  }

  /** Returns the text, one line per entry. */
  static byte[] write(List<EntryWriter> entries) {
    StringBuilder text = new StringBuilder();
    entries.forEach(e -> text.append(e.sha256()).append("  ").append(e.name()).append('\n'));
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Parses the checksums.
   *
   * @param file the file that they are in, for messages
   * @throws IOException if a line is not valid or names an entry again
   */
  static Sha256Sums read(String file, byte[] text) throws IOException {
    String all = new String(text, StandardCharsets.ISO_8859_1);
    Map<String, String> sums = new LinkedHashMap<>();
    int from = 0;
    while (from < all.length()) {
      int end = all.indexOf('\n', from);
      Matcher line = LINE.matcher(all.substring(from, end < 0 ? all.length() : end));
      if (end < 0 || !line.matches() || sums.put(line.group(2), line.group(1)) != null) {
        throw new UnreadableFileException(
            file,
            NAME,
            "must have a line with the SHA-256 of each of the other entries, got " + all);
      }
      from = end + 1;
    }
    return new Sha256Sums(file, ImmutableMap.copyOf(sums));
  }

  /** Returns the names of the entries, in order. */
  List<String> names() {
    return sums.keySet().asList();
  }

  /**
   * Checks the hash of an entry.
   *
   * @param read the hash of the bytes that were read
   * @throws IOException if the entry is damaged
   */
  void require(String name, HashCode read) throws IOException {
    String expected = sums.get(name);
    if (!read.toString().equals(expected)) {
      throw new UnreadableFileException(
          file, "entry " + name, "is damaged: its SHA-256 must be " + expected + ", got " + read);
    }
  }
}
