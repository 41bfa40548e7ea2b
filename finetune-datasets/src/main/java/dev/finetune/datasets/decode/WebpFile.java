package dev.finetune.datasets.decode;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The chunks of a WebP file (RFC 9649).
 *
 * @param width the number of columns of the canvas; 0 if it is that of the image
 * @param height the number of rows of the canvas; 0 if it is that of the image
 * @param left the column of the canvas where the image begins
 * @param top the row of the canvas where the image begins
 * @param profile the colour profile; empty without one
 * @param orientation the orientation, from 1 to 8
 * @param bytes a file with the image alone, which is the first frame of an animation
 */
@SuppressWarnings("ArrayRecordComponent") // not compared
record WebpFile(
    int width,
    int height,
    int left,
    int top,
    Optional<EmbeddedProfile> profile,
    int orientation,
    byte[] bytes) {

  private static final int HEADER = 12;
  private static final int FRAME_HEADER = 16;
  private static final int CHUNK_HEADER = 8;
  private static final byte ALPHA = 0x10;
  private static final byte PROFILE = 0x20;
  private static final byte EXIF = 0x08;
  private static final byte XMP = 0x04;

  /** An image alone, and whether it is one of an animation, and so has a place on a canvas. */
  @SuppressWarnings("ArrayRecordComponent") // not compared
  private record Frame(boolean canvas, int left, int top, byte[] bytes) {}

  /**
   * Reads the chunks.
   *
   * @throws EOFException if the file is shorter than it or one of its chunks says
   * @throws IOException if there is no image
   */
  static WebpFile of(byte[] file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    long size = Integer.toUnsignedLong(in.getInt(4)) + 8;
    if (size > file.length) {
      throw new EOFException(
          "the image is cut off: it has " + file.length + " of " + size + " bytes");
    }
    int width = 0;
    int height = 0;
    int flags = 0;
    Optional<EmbeddedProfile> profile = Optional.empty();
    byte[] exif = {};
    byte[] xmp = {};
    Frame frame = null;
    int at = HEADER;
    while (at + CHUNK_HEADER <= size) {
      String type = new String(file, at, 4, StandardCharsets.ISO_8859_1);
      long length = Integer.toUnsignedLong(in.getInt(at + 4));
      int from = at + CHUNK_HEADER;
      if (from + length > size) {
        throw new EOFException("the file ends within the chunk " + type + " at byte " + at);
      }
      int to = from + (int) length;
      switch (type) {
        case "VP8 ", "VP8L" -> {
          frame = frame == null ? new Frame(false, 0, 0, file) : frame;
        }
        case "VP8X" -> {
          requireLength(length, 10, type, at);
          flags = file[from];
          width = 1 + triple(in, from + 4);
          height = 1 + triple(in, from + 7);
        }
        case "ICCP" -> {
          if ((flags & PROFILE) != 0 && profile.isEmpty()) {
            profile =
                Optional.of(
                    new EmbeddedProfile(
                        () -> Optional.of(Arrays.copyOfRange(file, from, to)), false, false));
          }
        }
        case "ANMF" -> {
          requireLength(length, FRAME_HEADER + CHUNK_HEADER, type, at);
          requireFrame(in, from, to + to % 2, width, height);
          if (frame == null) {
            frame =
                new Frame(
                    true,
                    2 * triple(in, from),
                    2 * triple(in, from + 3),
                    still(file, from + FRAME_HEADER, (int) length - FRAME_HEADER));
          }
        }
        case "EXIF" -> {
          exif =
              (flags & EXIF) != 0 && exif.length == 0 ? Arrays.copyOfRange(file, from, to) : exif;
        }
        case "XMP " -> {
          xmp = (flags & XMP) != 0 && xmp.length == 0 ? Arrays.copyOfRange(file, from, to) : xmp;
        }
        default -> { // the transparency of an image that follows, or unknown
        }
      }
      if (frame != null && flags == 0) {
        break; // only files that announce it have metadata after the image
      }
      at = to + (int) (length % 2);
    }
    if (frame == null) {
      throw new IOException("the file has no image");
    }
    return new WebpFile(
        frame.canvas() ? width : 0,
        frame.canvas() ? height : 0,
        frame.left(),
        frame.top(),
        profile,
        Orientation.of(exif, xmp),
        frame.bytes());
  }

  /** Checks that a frame lies on the canvas, and its chunks in it: later frames are not decoded. */
  private static void requireFrame(ByteBuffer in, int from, int to, int width, int height)
      throws IOException {
    int right = 2 * triple(in, from) + 1 + triple(in, from + 6);
    int bottom = 2 * triple(in, from + 3) + 1 + triple(in, from + 9);
    if (right > width || bottom > height) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "a frame must lie within the canvas of %d x %d, and ends at %d x %d",
              width,
              height,
              right,
              bottom));
    }
    long at = (long) from + FRAME_HEADER;
    while (at + CHUNK_HEADER <= to) {
      long length = Integer.toUnsignedLong(in.getInt((int) at + 4));
      if (at + CHUNK_HEADER + length > to) {
        throw new EOFException("a frame ends within its chunk at byte " + at);
      }
      at += CHUNK_HEADER + length + length % 2;
    }
  }

  private static void requireLength(long length, int least, String type, int at)
      throws IOException {
    if (length < least) {
      throw new EOFException("the chunk " + type + " at byte " + at + " is too short");
    }
  }

  /** Returns a file with the chunks of a frame. */
  private static byte[] still(byte[] file, int from, int length) {
    ByteBuffer frame = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 30);
    boolean transparent = new String(file, from, 4, StandardCharsets.ISO_8859_1).equals("ALPH");
    ByteBuffer header =
        ByteBuffer.allocate(HEADER + (transparent ? 18 : 0)).order(ByteOrder.LITTLE_ENDIAN);
    header.put("RIFF".getBytes(StandardCharsets.US_ASCII));
    header.putInt(header.capacity() - 8 + length);
    header.put("WEBP".getBytes(StandardCharsets.US_ASCII));
    if (transparent) { // its size is that of the frame, which is before its chunks
      header.put("VP8X".getBytes(StandardCharsets.US_ASCII)).putInt(10).putInt(ALPHA);
      for (int i = 0; i < 6; i++) {
        header.put(frame.get(from - 10 + i));
      }
    }
    out.writeBytes(header.array());
    out.write(file, from, length);
    return out.toByteArray();
  }

  private static int triple(ByteBuffer in, int at) {
    return (in.getShort(at) & 0xffff) | (in.get(at + 2) & 0xff) << 16;
  }
}
