package dev.finetune.fuzz;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** The checksums of PNG, which no fuzzer guesses. */
final class Checksums {

  private static final int SIGNATURE = 8;

  private Checksums() {}

  /** Returns a copy in which each complete chunk has the right checksum. */
  static byte[] png(byte[] input) {
    byte[] file = input.clone();
    ByteBuffer bytes = ByteBuffer.wrap(file);
    int at = SIGNATURE;
    while (at + 12 <= file.length) {
      long length = Integer.toUnsignedLong(bytes.getInt(at));
      if (at + 12 + length > file.length) {
        break;
      }
      CRC32 crc = new CRC32();
      crc.update(file, at + 4, 4 + (int) length);
      bytes.putInt(at + 8 + (int) length, (int) crc.getValue());
      at += 12 + (int) length;
    }
    return file;
  }
}
