package dev.finetune.datasets.decode;

import java.io.IOException;
import java.util.Locale;

/**
 * The largest number of pixels of an image. It is checked before memory is taken for them: a small
 * file can claim any size.
 *
 * @param most the largest number of pixels, at least 1
 */
public record PixelLimit(long most) {

  /** About 100 million pixels: more than cameras have, and 1.2 GB as float32. */
  public static final long USUAL = 100_000_000;

  /** The system property that sets the limit. */
  public static final String PROPERTY = "finetune.maxPixels";

  /**
   * {@return the limit that the system property sets, or the usual one}
   *
   * @throws IllegalArgumentException if the property is not a whole number from 1
   */
  public static PixelLimit current() {
    String text = System.getProperty(PROPERTY);
    if (text == null) {
      return new PixelLimit(USUAL);
    }
    try {
      long most = Long.parseLong(text.strip());
      if (most >= 1) {
        return new PixelLimit(most);
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw new IllegalArgumentException(
        "The system property " + PROPERTY + " must be a whole number >= 1, got " + text);
  }

  /**
   * Checks a size.
   *
   * @throws IOException if a side is less than 1, or there are too many pixels
   */
  void require(int width, int height) throws IOException {
    if (width < 1 || height < 1) {
      throw new IOException("width and height must be >= 1, got " + width + " x " + height);
    }
    // Three planes must fit into one array.
    long limit = Math.min(most, Integer.MAX_VALUE / 3 - 8L);
    if ((long) width * height > limit) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "the image must have at most %,d pixels, got %d x %d; the system property %s sets the"
                  + " limit",
              limit,
              width,
              height,
              PROPERTY));
    }
  }
}
