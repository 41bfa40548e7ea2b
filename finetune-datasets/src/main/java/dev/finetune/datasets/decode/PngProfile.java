package dev.finetune.datasets.decode;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.zip.InflaterInputStream;

/** The chunk of a PNG file with its colour profile: a name, a zero, the method, and zlib data. */
final class PngProfile {

  private static final int LONGEST_NAME = 79;

  private PngProfile() {}

  /**
   * Returns the profile, or a part that is larger than the limit; empty if it is damaged.
   *
   * @param at where the content of the chunk begins
   */
  static Optional<byte[]> of(byte[] file, int at, int length) {
    int zero = 0;
    while (zero < length && zero <= LONGEST_NAME && file[at + zero] != 0) {
      zero++;
    }
    if (zero + 2 > length || file[at + zero] != 0 || file[at + zero + 1] != 0) {
      return Optional.empty();
    }
    try (InputStream in =
        new InflaterInputStream(new ByteArrayInputStream(file, at + zero + 2, length - zero - 2))) {
      return Optional.of(in.readNBytes(EmbeddedProfile.MOST_BYTES + 1));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
