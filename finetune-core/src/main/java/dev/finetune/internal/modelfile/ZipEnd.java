package dev.finetune.internal.modelfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** The last record of a zip; a file that is cut off has none. */
final class ZipEnd {

  private static final int BYTES = 22;
  private static final int SIGNATURE = 0x06054b50; // "PK", 5, 6
  private static final int COMMENT_LENGTH = 20;

  private ZipEnd() {}

  /**
   * Checks that the file ends as a zip without a comment does.
   *
   * @throws IOException if it does not
   */
  static void require(Path file) throws IOException {
    ByteBuffer end = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(file)) {
      long from = Math.max(0, channel.size() - BYTES);
      int count = 0;
      while (end.hasRemaining() && count >= 0) {
        count = channel.read(end, from + end.position());
      }
    }
    if (end.getInt(0) != SIGNATURE || end.getShort(COMMENT_LENGTH) != 0) {
      throw new IOException("the file must end as a zip does, and is cut off or continued");
    }
  }
}
