package dev.finetune.datasets.decode;

import java.io.IOException;

/** The check of indices into a palette, which readers fill up with black or read beyond. */
final class PaletteIndex {

  private PaletteIndex() {}

  /**
   * Checks an index.
   *
   * @param colours the number of colours of the palette
   * @throws IOException if the palette has no such colour
   */
  static void require(int index, int colours) throws IOException {
    if (index >= colours) {
      throw new IOException(
          "a pixel must have one of the " + colours + " colours of the palette, got " + index);
    }
  }
}
