package dev.finetune.datasets.decode;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The header of a JPEG file (ITU-T T.81, annex B), and the file without what applications add to
 * it. As libjpeg does, three components are taken for YCbCr if there is JFIF; otherwise Adobe's
 * segment decides, and without it their names.
 *
 * @param width the number of columns
 * @param height the number of rows
 * @param components the number of components: 1 for grey, 3 for colours, 4 for inks
 * @param adobeTransform how the components are to be converted, from Adobe's marker: 0 not, 1 from
 *     YCbCr, 2 from YCCK; empty without the marker
 * @param profile the colour profile; empty for inks
 * @param orientation the orientation, from 1 to 8
 * @param bytes the file without the segments of applications, such as a profile, which readers
 *     would apply; three components have Adobe's segment
 */
@SuppressWarnings("ArrayRecordComponent") // not compared
record JpegFile(
    int width,
    int height,
    int components,
    OptionalInt adobeTransform,
    Optional<EmbeddedProfile> profile,
    int orientation,
    byte[] bytes) {

  /** The number of components of an image for printing. */
  static final int INKS = 4;

  /** The first marker that is not reserved. Of those before, 0x01 is defined too. */
  private static final int FIRST_MARKER = 0xc0;

  private static final int START_OF_SCAN = 0xda;

  /** The name of the segment with XMP (XMP specification, part 3). */
  private static final String XMP = "http://ns.adobe.com/xap/1.0/\0";

  /** Progressive images of encoders have about ten. */
  private static final int MOST_SCANS = 100;

  private static final int APP0 = 0xe0;
  private static final int APP1 = 0xe1;
  private static final int APP2 = 0xe2;
  private static final int APP14 = 0xee;
  private static final int APP15 = 0xef;

  /**
   * Reads the segments up to the first scan.
   *
   * @throws IOException if there is no frame, or a segment is cut off
   */
  static JpegFile of(byte[] file) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(file.length);
    out.write(file, 0, 2);
    int width = 0;
    int height = 0;
    int components = 0;
    OptionalInt transform = OptionalInt.empty();
    JpegProfile profile = new JpegProfile();
    ByteArrayOutputStream exif = new ByteArrayOutputStream(); // more than 64 KB takes two segments
    byte[] xmp = {};
    boolean jfif = false;
    boolean plain = false;
    boolean scan = false;
    int at = 2;
    while (at + 4 <= file.length) {
      int marker = file[at + 1] & 0xff;
      if ((file[at] & 0xff) != 0xff) {
        at++; // other readers pass over what is between segments
        continue;
      } else if (marker == 0xff
          || marker == 0
          || marker == 1
          || (marker >= 0xd0 && marker <= 0xd8)) {
        at += marker == 0xff ? 1 : 2; // fill bytes, and markers without a segment
        continue;
      }
      if (marker < FIRST_MARKER) { // readers differ in what they take for its segment
        throw new IOException(
            String.format(
                Locale.ROOT,
                "a segment must have a marker from c0, got %02x at byte %d",
                marker,
                at));
      }
      scan = marker == START_OF_SCAN;
      if (scan) {
        break;
      }
      int length = word(file, at + 2);
      if (length < 2 || at + 2 + length > file.length) {
        throw new EOFException(
            "the image is cut off: a segment of " + length + " bytes begins at byte " + at);
      }
      if (isFrame(marker) && length >= 8) {
        height = word(file, at + 5);
        width = word(file, at + 7);
        components = file[at + 9] & 0xff;
        plain = components == 3 && length >= 8 + 9 && isRgb(file, at + 10);
      } else if (marker == APP14 && length >= 14 && ImageFormat.begins(file, at + 4, "Adobe")) {
        transform = OptionalInt.of(file[at + 15] & 0xff);
      } else if (marker == APP0 && length >= 16 && ImageFormat.begins(file, at + 4, "JFIF\0")) {
        jfif = true;
      } else if (marker == APP1 && isNamed(file, at, length, Exif.PREFIX)) {
        exif.write(file, at + 4 + Exif.PREFIX.length(), length - 2 - Exif.PREFIX.length());
      } else if (marker == APP1 && isNamed(file, at, length, XMP)) {
        xmp = Arrays.copyOfRange(file, at + 4 + XMP.length(), at + 2 + length);
      }
      if (marker == APP2 && ImageFormat.begins(file, at + 4, JpegProfile.NAME)) {
        profile.add(file, at + 4, length - 2);
      } else if (marker < APP0 || marker > APP15) { // what applications add is read here
        out.write(file, at, 2 + length);
      }
      at += 2 + length;
    }
    if (components == 0 || !scan) {
      throw new IOException("the file must have a frame and a scan, got none");
    }
    requireScans(file, at);
    if (components == 3) {
      boolean rgb = !jfif && (transform.isPresent() ? transform.getAsInt() == 0 : plain);
      out.writeBytes(adobe(rgb ? 0 : 1));
    }
    out.write(file, at, file.length - at);
    boolean grey = components == 1;
    return new JpegFile(
        width,
        height,
        components,
        transform,
        components == INKS
            ? Optional.empty()
            : Optional.of(new EmbeddedProfile(profile::whole, grey, false)),
        Orientation.of(exif.toByteArray(), xmp),
        out.toByteArray());
  }

  /** Returns whether a segment begins with a name, which must be in it. */
  private static boolean isNamed(byte[] file, int segment, int length, String name) {
    return length >= 2 + name.length() && ImageFormat.begins(file, segment + 4, name);
  }

  /** Returns whether the components of a frame are named R, G and B. */
  private static boolean isRgb(byte[] file, int at) {
    return file[at] == 'R' && file[at + 3] == 'G' && file[at + 6] == 'B';
  }

  /** Returns Adobe's segment with a transform, so that readers need not guess. */
  private static byte[] adobe(int transform) {
    return new byte[] {
      (byte) 0xff,
      (byte) APP14,
      0,
      14,
      'A',
      'd',
      'o',
      'b',
      'e',
      0,
      100,
      0,
      0,
      0,
      0,
      (byte) transform
    };
  }

  /**
   * Checks the number of scans. Each goes over the whole image, and can be a few bytes long.
   *
   * @throws IOException if there are more than images have
   */
  private static void requireScans(byte[] file, int from) throws IOException {
    int scans = 0;
    for (int at = from; at + 1 < file.length; at++) {
      // Within a scan, a zero follows 0xff.
      if ((file[at] & 0xff) == 0xff && (file[at + 1] & 0xff) == START_OF_SCAN) {
        scans++;
      }
    }
    if (scans > MOST_SCANS) {
      throw new IOException("the file must have at most " + MOST_SCANS + " scans, got " + scans);
    }
  }

  /** Returns whether a marker is one of the 13 starts of a frame. */
  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static int word(byte[] file, int at) {
    return (file[at] & 0xff) << 8 | (file[at + 1] & 0xff);
  }
}
