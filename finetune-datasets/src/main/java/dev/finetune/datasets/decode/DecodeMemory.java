package dev.finetune.datasets.decode;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Semaphore;

/**
 * The heap that images may take while they are decoded. Several large images at once wait for each
 * other instead of exhausting it.
 */
final class DecodeMemory {

  /** A pixel as the reader gives it, packed as an integer, and in planes. */
  private static final int BYTES_PER_PIXEL = 12;

  private static final int UNIT = 1 << 10;

  /** Half of the heap, in units: the rest is for images that are decoded, and for the training. */
  private static final int UNITS =
      (int) Math.min(Integer.MAX_VALUE, Math.max(1, Runtime.getRuntime().maxMemory() / 2 / UNIT));

  private static final Semaphore FREE = new Semaphore(UNITS, true);

  private DecodeMemory() {}

  /** Something decoded. */
  interface Decoding<R> {
    R decode() throws IOException;
  }

  /**
   * Decodes an image as soon as there is memory for it. An image that needs more than half of the
   * heap is decoded alone.
   *
   * @throws IOException if the image needs more than the heap has
   */
  static <R> R within(int width, int height, Decoding<R> decoding) throws IOException {
    long bytes = (long) width * height * BYTES_PER_PIXEL;
    long most = Runtime.getRuntime().maxMemory();
    if (bytes > most) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "the image has %d x %d pixels and needs %,d MB of heap, which has %,d MB: raise -Xmx",
              width,
              height,
              bytes >> 20,
              most >> 20));
    }
    int units = (int) Math.min(UNITS, 1 + bytes / UNIT);
    FREE.acquireUninterruptibly(units);
    try {
      return decoding.decode();
    } finally {
      FREE.release(units);
    }
  }
}
