package dev.finetune.datasets.decode;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.InflaterInputStream;

/**
 * A text of a PNG file (PNG specification, third edition, section 11.3.3): in the chunk tEXt, zTXt
 * or iTXt, with a keyword.
 *
 * @param type the type of the chunk
 * @param at where its content begins
 * @param length the length of its content
 */
@SuppressWarnings("ArrayRecordComponent") // not compared
record PngText(byte[] file, String type, int at, int length) {

  private static final int LONGEST_KEYWORD = 79;

  /** More than metadata of images have, which memory is taken for. */
  private static final int MOST_BYTES = 4 << 20;

  /** Returns the keyword; empty if it is not complete. */
  String keyword() {
    int zero = zero(at);
    return zero < 0 || zero - at > LONGEST_KEYWORD
        ? ""
        : new String(file, at, zero - at, StandardCharsets.ISO_8859_1);
  }

  /** Returns the text; what is before damage. */
  byte[] text() {
    int from = zero(at) + 1;
    boolean compressed = type.equals("zTXt");
    if (compressed) {
      from++; // the method
    } else if (type.equals("iTXt")) {
      compressed = from < at + length && file[from] != 0;
      from = zero(zero(from + 2) + 1) + 1; // after the language and the translated keyword
    }
    int left = at + length - from;
    if (left <= 0 || from == 0) {
      return new byte[0];
    }
    InputStream bytes = new ByteArrayInputStream(file, from, left);
    try (InputStream in = compressed ? new InflaterInputStream(bytes) : bytes) {
      return in.readNBytes(MOST_BYTES);
    } catch (IOException e) {
      return new byte[0];
    }
  }

  /** Returns the bytes that ImageMagick writes in hexadecimal digits after three lines. */
  byte[] rawProfile() {
    List<String> lines =
        Splitter.on('\n').limit(4).splitToList(new String(text(), StandardCharsets.ISO_8859_1));
    if (lines.size() < 4) {
      return new byte[0];
    }
    try {
      return HexFormat.of().parseHex(CharMatcher.whitespace().removeFrom(lines.get(3)));
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  /** Returns the position of the next zero in the chunk; -1 if there is none. */
  private int zero(int from) {
    for (int i = from; i >= at && i < at + length; i++) {
      if (file[i] == 0) {
        return i;
      }
    }
    return -1;
  }
}
