package dev.finetune.zoo.internal.keras;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Keras stores bfloat16 as opaque values of two bytes with an empty description. The HDF5 library
 * refuses a description that does not end with a zero. In a copy of the file these types are marked
 * as text of two bytes, which needs no description; the values stay as they are.
 */
final class H5Opaque {

  /** A message of an object's header: a type (3) with 8 bytes; the flags may have any value. */
  private static final long MESSAGE = 0x0000_0000_0008_0003L;

  private static final long ANY_FLAGS = 0xffff_ff00_ffff_ffffL;

  /** Version 1 of class 5, opaque, with a description of 0 bytes, and values of 2 bytes. */
  private static final long OPAQUE = 0x0000_0002_0000_0015L;

  /** The difference to class 3, text. */
  private static final int TO_TEXT = 2;

  private static final int ALIGNMENT = 8;

  private H5Opaque() {}

  /** Returns whether a file has such types. */
  static boolean in(ByteBuffer file) {
    ByteBuffer content = file.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at + 2 * ALIGNMENT <= content.limit(); at += ALIGNMENT) {
      if (opaqueAt(content, at)) {
        return true;
      }
    }
    return false;
  }

  /** Returns a copy in which they are text. */
  static ByteBuffer asText(ByteBuffer file) {
    ByteBuffer copy = ByteBuffer.allocate(file.limit()).order(ByteOrder.LITTLE_ENDIAN);
    copy.put(file.duplicate().rewind()).rewind();
    for (int at = 0; at + 2 * ALIGNMENT <= copy.limit(); at += ALIGNMENT) {
      if (opaqueAt(copy, at)) {
        int type = at + ALIGNMENT;
        copy.put(type, (byte) (copy.get(type) - TO_TEXT));
      }
    }
    return copy;
  }

  /** Messages of version 1, which Keras writes, are aligned to 8 bytes. */
  private static boolean opaqueAt(ByteBuffer content, int at) {
    return content.getLong(at + ALIGNMENT) == OPAQUE
        && (content.getLong(at) & ANY_FLAGS) == MESSAGE;
  }
}
