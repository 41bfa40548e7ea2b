package dev.finetune.datasets.decode;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A check of the header of BMP files. */
final class BmpFile {

  /** The place of the offset of the pixels in the header. */
  private static final int OFFSET = 10;

  private BmpFile() {}

  /**
   * Checks where the pixels begin: the reader takes everything before as the palette, in memory.
   *
   * @return the file
   * @throws IOException if they do not begin in the file
   */
  static byte[] require(byte[] file) throws IOException {
    if (file.length < OFFSET + Integer.BYTES) {
      throw new EOFException("the image is cut off");
    }
    long offset =
        Integer.toUnsignedLong(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(OFFSET));
    if (offset >= file.length) {
      throw new IOException(
          "the pixels must begin within the " + file.length + " bytes of the file, got " + offset);
    }
    return file;
  }
}
