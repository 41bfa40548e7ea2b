package dev.finetune.zoo.internal.keras;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The start of an HDF5 file. It may come after a block of other content, at byte 512 or a larger
 * power of two, and says where the file ends.
 */
final class H5Start {

  private static final long SIGNATURE = 0x0a1a_0a0d_4644_4889L;

  private static final int FIRST = 512;

  /** The bytes of a start that are looked at. */
  private static final int LENGTH = 56;

  private static final int VERSION = 8;

  /** Where the size of addresses is, and the address of the end, by version. */
  private static final int[] SIZES = {13, 13, 9, 9};

  private static final int[] ENDS = {40, 44, 28, 28};

  private H5Start() {}

  /**
   * Returns where HDF5 begins; -1 if nowhere.
   *
   * @param content the file, or its first bytes
   */
  static int of(ByteBuffer content) {
    ByteBuffer bytes = content.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at >= 0 && at <= bytes.limit() - Long.BYTES; at = at == 0 ? FIRST : at * 2) {
      if (bytes.getLong(at) == SIGNATURE) {
        return at;
      }
    }
    return -1;
  }

  /**
   * Checks that a file is not shorter than it says.
   *
   * @throws dev.finetune.data.UnreadableFileException if it is
   */
  static void requireComplete(H5Source source, ByteBuffer content) throws IOException {
    int at = of(content);
    ByteBuffer bytes = content.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (at < 0 || at > bytes.limit() - LENGTH) {
      return; // The HDF5 library reports it.
    }
    int version = bytes.get(at + VERSION);
    if (version < 0 || version >= ENDS.length || bytes.get(at + SIZES[version]) != Long.BYTES) {
      return;
    }
    long end = bytes.getLong(at + ENDS[version]);
    if (Long.compareUnsigned(end, bytes.limit()) > 0) {
      throw source.refused(
          "",
          String.format(
              "the HDF5 file must have %s bytes, got %d: it is not complete",
              Long.toUnsignedString(end), bytes.limit()));
    }
  }
}
