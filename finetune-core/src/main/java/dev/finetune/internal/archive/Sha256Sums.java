package dev.finetune.internal.archive;

import com.google.common.collect.ImmutableMap;
import com.google.common.hash.HashCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The SHA-256 of each entry, as the program {@code sha256sum} writes and checks it. */
final class Sha256Sums {

  static final String NAME = "SHA256SUMS";
  static final int MAX_BYTES = 4096;

  private static final String NAMES = "[A-Za-z0-9_./-]+";
  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64})  (" + NAMES + ")");

  private final ImmutableMap<String, String> sums;

  private Sha256Sums(ImmutableMap<String, String> sums) {
    this.sums = sums;
  }

  /**
   * Checks that an entry may be called that.
   *
   * @throws IOException if it may not
   */
  static void requireName(String name) throws IOException {
    if (!name.matches(NAMES)) {
      throw new IOException("An entry's name must match " + NAMES + ", got " + name);
    }
  }

  /**
   * Checks that the sums can be read again.
   *
   * @throws IOException if they are too long
   */
  static void requireSize(byte[] sums) throws IOException {
    if (sums.length > MAX_BYTES) {
      throw new IOException(
          NAME + " must have at most " + MAX_BYTES + " bytes, got " + sums.length);
    }
  }

  static byte[] write(List<EntryWriter> entries) {
    StringBuilder text = new StringBuilder();
    entries.forEach(e -> text.append(e.sha256()).append("  ").append(e.name()).append('\n'));
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads the sums of all other entries.
   *
   * @throws IOException if it is something else
   */
  static Sha256Sums read(byte[] text) throws IOException {
    String all = new String(text, StandardCharsets.ISO_8859_1);
    Map<String, String> sums = new LinkedHashMap<>();
    int from = 0;
    while (from < all.length()) {
      int end = all.indexOf('\n', from);
      Matcher line = LINE.matcher(all.substring(from, end < 0 ? all.length() : end));
      if (end < 0 || !line.matches() || sums.put(line.group(2), line.group(1)) != null) {
        throw new IOException(
            NAME
                + ": there must be a line with the SHA-256 of each of the other entries, got "
                + all);
      }
      from = end + 1;
    }
    return new Sha256Sums(ImmutableMap.copyOf(sums));
  }

  /** Returns the names of the entries, in their order. */
  List<String> names() {
    return sums.keySet().asList();
  }

  /**
   * Checks what was read of an entry.
   *
   * @throws IOException if it is damaged
   */
  void require(String name, HashCode read) throws IOException {
    String expected = sums.get(name);
    if (!read.toString().equals(expected)) {
      throw new IOException(
          "entry " + name + " is damaged: its SHA-256 must be " + expected + ", got " + read);
    }
  }
}
