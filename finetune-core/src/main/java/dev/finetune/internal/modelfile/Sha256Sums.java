package dev.finetune.internal.modelfile;

import com.google.common.collect.ImmutableMap;
import com.google.common.hash.HashCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The SHA-256 of each entry, as the program {@code sha256sum} writes and checks it. */
final class Sha256Sums {

  static final String NAME = "SHA256SUMS";
  static final int MAX_BYTES = 1024;

  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64})  ([A-Za-z0-9_.]+)");

  private final ImmutableMap<String, String> sums;

  private Sha256Sums(ImmutableMap<String, String> sums) {
    this.sums = sums;
  }

  static byte[] write(List<EntryWriter> entries) {
    StringBuilder text = new StringBuilder();
    entries.forEach(e -> text.append(e.sha256()).append("  ").append(e.name()).append('\n'));
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads the sums of the entries of those names, in this order.
   *
   * @throws IOException if there are others, or something else
   */
  static Sha256Sums read(byte[] text, List<String> names) throws IOException {
    String all = new String(text, StandardCharsets.ISO_8859_1);
    ImmutableMap.Builder<String, String> sums = ImmutableMap.builder();
    String rest = all;
    for (String name : names) {
      int end = rest.indexOf('\n');
      Matcher line = LINE.matcher(end < 0 ? rest : rest.substring(0, end));
      if (end < 0 || !line.matches() || !line.group(2).equals(name)) {
        throw refusal(names, all);
      }
      sums.put(name, line.group(1));
      rest = rest.substring(end + 1);
    }
    if (!rest.isEmpty()) {
      throw refusal(names, all);
    }
    return new Sha256Sums(sums.buildOrThrow());
  }

  private static IOException refusal(List<String> names, String got) {
    return new IOException(
        NAME + ": there must be a line with the SHA-256 of each of " + names + ", got " + got);
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
