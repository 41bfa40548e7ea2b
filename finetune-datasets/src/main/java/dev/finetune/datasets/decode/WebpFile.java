package dev.finetune.datasets.decode;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The chunks of a WebP file (RFC 9649).
 *
 * @param width the number of columns of the canvas; 0 if it is that of the image
 * @param height the number of rows of the canvas; 0 if it is that of the image
 * @param left the column of the canvas where the image begins
 * @param top the row of the canvas where the image begins
 * @param profile the colour profile; empty without one
 * @param bytes a file with the image alone, which is the first frame of an animation
 */
@SuppressWarnings("ArrayRecordComponent") // not compared
record WebpFile(
    int width, int height, int left, int top, Optional<EmbeddedProfile> profile, byte[] bytes) {

  private static final int HEADER = 12;
  private static final int FRAME_HEADER = 16;
  private static final int CHUNK_HEADER = 8;
  private static final byte ALPHA = 0x10;
  private static final byte PROFILE = 0x20;

  /**
   * Reads the chunks.
   *
   * @throws EOFException if the file is shorter than it says
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
    boolean profiled = false;
    Optional<EmbeddedProfile> profile = Optional.empty();
    int at = HEADER;
    while (at + 8 <= size) {
      String type = new String(file, at, 4, StandardCharsets.ISO_8859_1);
      long length = Integer.toUnsignedLong(in.getInt(at + 4));
      if (at + 8 + length > size) {
        throw new EOFException("the file ends within the chunk " + type + " at byte " + at);
      }
      switch (type) {
        case "VP8 ", "VP8L" -> {
          return new WebpFile(0, 0, 0, 0, profile, file);
        }
        case "VP8X" -> {
          requireLength(length, 10, type, at);
          profiled = (file[at + 8] & PROFILE) != 0;
          width = 1 + triple(in, at + 12);
          height = 1 + triple(in, at + 15);
        }
        case "ICCP" -> {
          if (profiled && profile.isEmpty()) {
            int from = at + CHUNK_HEADER;
            int to = from + (int) length;
            profile =
                Optional.of(
                    new EmbeddedProfile(
                        () -> Optional.of(Arrays.copyOfRange(file, from, to)), false, false));
          }
        }
        case "ANMF" -> {
          requireLength(length, FRAME_HEADER + CHUNK_HEADER, type, at);
          return new WebpFile(
              width,
              height,
              2 * triple(in, at + 8),
              2 * triple(in, at + 11),
              profile,
              still(file, at + 8 + FRAME_HEADER, (int) length - FRAME_HEADER));
        }
        default -> { // metadata, or the transparency of an image that follows
        }
      }
      at += (int) (8 + length + length % 2);
    }
    throw new IOException("the file has no image");
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
