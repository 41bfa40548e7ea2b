package dev.finetune.internal.archive;

import dev.finetune.data.UnreadableFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Checks for the end record of a zip, which a truncated file does not have. */
public final class ZipEnd {

  private static final int BYTES = 22;
  private static final int SIGNATURE = 0x06054b50; // "PK", 5, 6
  private static final int COMMENT_LENGTH = 20;

  private ZipEnd() {}

  /**
   * Checks that a file ends with the end record of a zip without a comment.
   *
   * @throws IOException if it does not, or cannot be read
   */
  public static void require(Path file) throws IOException {
    ByteBuffer end = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(file)) {
      long from = Math.max(0, channel.size() - BYTES);
      int count = 0;
      while (end.hasRemaining() && count >= 0) {
        count = channel.read(end, from + end.position());
      }
    }
    if (end.getInt(0) != SIGNATURE || end.getShort(COMMENT_LENGTH) != 0) {
      throw new UnreadableFileException(
          file.toString(),
          "",
          "the file must end with the end record of a zip, got a truncated file or extra bytes");
    }
  }
}
