package dev.finetune.datasets.decode;

import dev.finetune.image.Pixels;
import java.awt.image.Raster;
import java.util.OptionalInt;

/**
 * The conversion of JPEG images with four components to RGB, as libjpeg and Pillow do it: without a
 * profile of inks, so that the result is the same everywhere. Values are taken as inverted, which
 * Adobe began and other writers do too: 255 is no ink.
 */
final class InkPlanes {

  private InkPlanes() {}

  /**
   * Converts a raster.
   *
   * @param raster the stored components
   * @param adobeTransform the transform of Adobe's marker; empty without it
   */
  static Pixels of(Raster raster, OptionalInt adobeTransform) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    int area = width * height;
    boolean converted = adobeTransform.orElse(0) != 0; // unknown ones are taken for YCCK
    byte[] planes = new byte[3 * area];
    int[] row = new int[4 * width];
    int[] inks = new int[3];
    for (int y = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        inks(row, 4 * x, converted, inks);
        int paper = row[4 * x + 3];
        for (int channel = 0; channel < 3; channel++) {
          int ink = 255 - inks[channel];
          planes[channel * area + y * width + x] = (byte) Math.max(0, paper - product(ink, paper));
        }
      }
    }
    return Pixels.ofBytes(height, width, planes);
  }

  /** Puts inverted cyan, magenta and yellow, from YCbCr if stored so (ITU-R BT.601). */
  private static void inks(int[] row, int at, boolean converted, int[] inks) {
    int first = row[at];
    int second = row[at + 1];
    int third = row[at + 2];
    if (!converted) {
      inks[0] = first;
      inks[1] = second;
      inks[2] = third;
      return;
    }
    double blue = second - 128;
    double red = third - 128;
    inks[0] = complement(first + 1.402 * red);
    inks[1] = complement(first - 0.344136286 * blue - 0.714136286 * red);
    inks[2] = complement(first + 1.772 * blue);
  }

  private static int complement(double value) {
    return Math.max(0, Math.min(255, 255 - (int) Math.round(value)));
  }

  /** Returns the rounded product of two values from 0 to 255 as shares of 255. */
  private static int product(int first, int second) {
    int scaled = first * second + 128;
    return ((scaled >> 8) + scaled) >> 8;
  }
}
