package dev.finetune.datasets.decode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
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
    JpegSegment segment = JpegSegment.next(file, 2);
    for (; !segment.isScan(); segment = JpegSegment.next(file, segment.to())) {
      int marker = segment.marker();
      int from = segment.from();
      int size = segment.size();
      if (segment.isFrame() && size >= 6) {
        height = JpegSegment.word(file, from + 1);
        width = JpegSegment.word(file, from + 3);
        components = file[from + 5] & 0xff;
        plain = components == 3 && size >= 15 && isRgb(file, from + 6);
      } else if (marker == APP14 && size >= 12 && segment.isNamed(file, "Adobe")) {
        transform = OptionalInt.of(file[from + 11] & 0xff);
      } else if (marker == APP0 && size >= 14 && segment.isNamed(file, "JFIF\0")) {
        jfif = true;
      } else if (marker == APP1 && segment.isNamed(file, Exif.PREFIX)) {
        exif.write(file, from + Exif.PREFIX.length(), size - Exif.PREFIX.length());
      } else if (marker == APP1 && segment.isNamed(file, XMP)) {
        xmp = Arrays.copyOfRange(file, from + XMP.length(), segment.to());
      }
      if (marker == APP2 && ImageFormat.begins(file, from, JpegProfile.NAME)) {
        profile.add(file, from, size);
      } else if (marker < APP0 || marker > APP15) { // what applications add is read here
        out.write(file, segment.at(), segment.to() - segment.at());
      }
    }
    if (components == 0) {
      throw new IOException("the file must have a frame and a scan, got none");
    }
    int scan = segment.at();
    requireScans(file, scan);
    if (components == 3) {
      boolean rgb = !jfif && (transform.isPresent() ? transform.getAsInt() == 0 : plain);
      out.writeBytes(adobe(rgb ? 0 : 1));
    }
    out.write(file, scan, file.length - scan);
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
      if ((file[at] & 0xff) == 0xff && (file[at + 1] & 0xff) == JpegSegment.START_OF_SCAN) {
        scans++;
      }
    }
    if (scans > MOST_SCANS) {
      throw new IOException("the file must have at most " + MOST_SCANS + " scans, got " + scans);
    }
  }
}
