package dev.finetune.datasets.decode;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The segments of a JPEG file with its colour profile, in any order (ICC.1, annex B.4). Each has
 * its place among them, from 1, and their number.
 */
final class JpegProfile {

  static final String NAME = "ICC_PROFILE\0";
  private static final int HEADER = NAME.length() + 2;

  private final SortedMap<Integer, byte[]> parts = new TreeMap<>();
  private int count;
  private boolean consistent = true;

  /**
   * Adds a segment.
   *
   * @param at where its content begins, with the name
   */
  void add(byte[] file, int at, int length) {
    if (length < HEADER) {
      consistent = false;
      return;
    }
    int place = file[at + NAME.length()] & 0xff;
    int all = file[at + NAME.length() + 1] & 0xff;
    consistent &= parts.isEmpty() || all == count;
    count = all;
    byte[] before = parts.put(place, Arrays.copyOfRange(file, at + HEADER, at + length));
    consistent &= before == null;
  }

  /** Returns the profile; empty without one, or if it is not complete. */
  Optional<byte[]> whole() {
    boolean complete =
        consistent
            && count > 0
            && parts.size() == count
            && parts.firstKey() == 1
            && parts.lastKey() == count;
    if (!complete) {
      return Optional.empty();
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    parts.values().forEach(out::writeBytes);
    return Optional.of(out.toByteArray());
  }
}
