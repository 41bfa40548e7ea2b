package dev.finetune.datasets.decode;

import java.io.EOFException;
import java.io.IOException;
import java.util.Locale;

/**
 * A segment of a JPEG file (ITU-T T.81, annex B).
 *
 * @param marker the second byte of its marker
 * @param at where the marker is
 * @param to where the segment ends
 */
record JpegSegment(int marker, int at, int to) {

  static final int START_OF_SCAN = 0xda;

  /** The first marker that is not reserved. Of those before, 0x01 is defined too. */
  private static final int FIRST_MARKER = 0xc0;

  /**
   * Returns the next segment, which may be the header of a scan.
   *
   * @param from where the one before ends
   * @throws IOException if there is none, its marker is reserved, or it is cut off
   */
  static JpegSegment next(byte[] file, int from) throws IOException {
    int at = from;
    while (at + 4 <= file.length) {
      int marker = file[at + 1] & 0xff;
      if ((file[at] & 0xff) != 0xff || marker == 0xff) {
        at++; // other readers pass over what is between segments; fill bytes
      } else if (marker == 0 || marker == 1 || (marker >= 0xd0 && marker <= 0xd8)) {
        at += 2; // without a segment
      } else {
        JpegSegment segment = new JpegSegment(marker, at, at + 2 + word(file, at + 2));
        if (!segment.isScan()) {
          segment.require(file);
        }
        return segment;
      }
    }
    throw new IOException("the file must have a frame and a scan, got none");
  }

  private void require(byte[] file) throws IOException {
    if (marker < FIRST_MARKER) { // readers differ in what they take for its segment
      throw new IOException(
          String.format(
              Locale.ROOT,
              "a segment must have a marker from c0, got %02x at byte %d",
              marker,
              at));
    }
    if (size() < 0 || to > file.length) {
      throw new EOFException(
          "the image is cut off: a segment of " + (to - at - 2) + " bytes begins at byte " + at);
    }
  }

  /** Returns where the content begins. */
  int from() {
    return at + 4;
  }

  /** Returns the number of bytes of the content. */
  int size() {
    return to - from();
  }

  /** Returns whether the content begins with a name, which must be in it. */
  boolean isNamed(byte[] file, String name) {
    return size() >= name.length() && ImageFormat.begins(file, from(), name);
  }

  /** Returns whether this is the header of a scan. */
  boolean isScan() {
    return marker == START_OF_SCAN;
  }

  /** Returns whether this is one of the 13 starts of a frame. */
  boolean isFrame() {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  /** Returns the number in two bytes. */
  static int word(byte[] file, int at) {
    return (file[at] & 0xff) << 8 | (file[at + 1] & 0xff);
  }
}
