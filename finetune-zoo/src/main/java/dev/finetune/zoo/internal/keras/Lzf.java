package dev.finetune.zoo.internal.keras;

import java.util.Arrays;

/**
 * A decoder of LZF, h5py's own compression. A block is a sequence of literals and of references to
 * what was decoded before.
 */
final class Lzf {

  /** The first bytes below this one begin literals. */
  private static final int LITERALS = 1 << 5;

  /** The length of a reference that continues in the next byte. */
  private static final int LONG = 7;

  private Lzf() {}

  /**
   * Decodes a block.
   *
   * @param size the number of bytes that were encoded. A block of that size is not encoded: the
   *     encoder leaves bytes as they are that it cannot make shorter.
   * @return the bytes; a part of them if the block is damaged
   */
  static byte[] decoded(byte[] block, int size) {
    if (block.length == size) {
      return block;
    }
    byte[] bytes = new byte[size];
    int to = 0;
    int from = 0;
    while (from < block.length) {
      int head = Byte.toUnsignedInt(block[from++]);
      int length = head < LITERALS ? head + 1 : head >> 5;
      if (head < LITERALS) {
        if (length > size - to || length > block.length - from) {
          return Arrays.copyOf(bytes, to);
        }
        System.arraycopy(block, from, bytes, to, length);
        from += length;
        to += length;
        continue;
      }
      if (block.length - from < (length == LONG ? 2 : 1)) {
        return Arrays.copyOf(bytes, to);
      }
      length += length == LONG ? Byte.toUnsignedInt(block[from++]) : 0;
      int back = ((head & (LITERALS - 1)) << Byte.SIZE) + Byte.toUnsignedInt(block[from++]) + 1;
      length += 2;
      if (back > to || length > size - to) {
        return Arrays.copyOf(bytes, to);
      }
      // One by one: a reference may overlap with what it makes.
      for (int i = 0; i < length; i++, to++) {
        bytes[to] = bytes[to - back];
      }
    }
    return Arrays.copyOf(bytes, to);
  }
}
