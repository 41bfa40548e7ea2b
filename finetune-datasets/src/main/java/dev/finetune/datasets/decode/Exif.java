package dev.finetune.datasets.decode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalInt;

/**
 * The first directory of EXIF metadata, which is a TIFF file (TIFF 6.0, section 2). It is read as
 * Pillow does: what stands before damage counts.
 */
final class Exif {

  /** What is before the TIFF file in JPEG, and sometimes in other formats. */
  static final String PREFIX = "Exif\0\0";

  private static final int ORIENTATION = 0x0112;
  private static final int ENTRY = 12;

  /** The bytes of a value of each type, from 1; 0 of a type that does not exist. */
  private static final int[] SIZES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8};

  private final ByteBuffer tiff;

  private Exif(ByteBuffer tiff) {
    this.tiff = tiff;
  }

  /** Returns the orientation; empty if there is none or it is no number. */
  static OptionalInt orientation(byte[] metadata) {
    int from = 0;
    while (ImageFormat.begins(metadata, from, PREFIX)) {
      from += PREFIX.length();
    }
    ByteBuffer tiff = ByteBuffer.wrap(metadata, from, metadata.length - from).slice();
    if (tiff.remaining() < 8) {
      return OptionalInt.empty();
    }
    int order = tiff.getShort(0);
    int version = tiff.getShort(2) & 0xffff;
    boolean little = order == 0x4949;
    if ((!little && order != 0x4d4d) || (version != 0x2a && version != 0x2a00)) {
      return OptionalInt.empty();
    }
    tiff.order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    return new Exif(tiff).inDirectory(Integer.toUnsignedLong(tiff.getInt(4)));
  }

  private OptionalInt inDirectory(long from) {
    OptionalInt found = OptionalInt.empty();
    if (from + Short.BYTES > tiff.limit()) {
      return found;
    }
    int entries = tiff.getShort((int) from) & 0xffff;
    long at = from + Short.BYTES;
    for (int i = 0; i < entries && at + ENTRY <= tiff.limit(); i++, at += ENTRY) {
      int entry = (int) at;
      int type = tiff.getShort(entry + 2) & 0xffff;
      int size = type < SIZES.length ? SIZES[type] : 0;
      long bytes = Integer.toUnsignedLong(tiff.getInt(entry + 4)) * size;
      if (bytes == 0) {
        continue;
      }
      long place = bytes <= 4 ? at + 8 : Integer.toUnsignedLong(tiff.getInt(entry + 8));
      if (place + bytes > tiff.limit()) {
        return found;
      }
      if ((tiff.getShort(entry) & 0xffff) == ORIENTATION) {
        found = OptionalInt.of(number(type, (int) place));
      }
    }
    return found;
  }

  /** Returns the first value; 0, which is no orientation, if it is no whole number. */
  private int number(int type, int at) {
    double value =
        switch (type) {
          case 3 -> tiff.getShort(at) & 0xffff;
          case 8 -> tiff.getShort(at);
          case 4, 9, 13 -> tiff.getInt(at);
          case 5, 10 -> (double) tiff.getInt(at) / tiff.getInt(at + 4);
          case 6 -> tiff.get(at);
          case 11 -> tiff.getFloat(at);
          case 12 -> tiff.getDouble(at);
          default -> 0; // texts and bytes
        };
    return value == (int) value ? (int) value : 0;
  }
}
