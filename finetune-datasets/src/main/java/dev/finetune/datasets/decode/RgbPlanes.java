package dev.finetune.datasets.decode;

import dev.finetune.image.Pixels;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.Raster;

/** The conversion of Java images of any kind to RGB planes. */
public final class RgbPlanes {

  private RgbPlanes() {}

  /** Returns the values of an image, 0 to 255. */
  public static Pixels of(BufferedImage image) {
    ColorModel model = image.getColorModel();
    if (!(model instanceof ComponentColorModel) || model.isAlphaPremultiplied()) {
      return lookedUp(image);
    }
    int colors = model.getNumColorComponents();
    if (colors == 1) {
      // Not getRGB: Java treats grey as linear light and would brighten it.
      return fromSamples(image, new int[] {0, 0, 0});
    }
    return colors == 3 && model.getColorSpace().isCS_sRGB()
        ? fromSamples(image, new int[] {0, 1, 2})
        : lookedUp(image);
  }

  /** Converts palettes, packed integers and other colour spaces by way of 8-bit sRGB. */
  private static Pixels lookedUp(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    int area = width * height;
    int[] argb = image.getRGB(0, 0, width, height, null, 0, width);
    byte[] planes = new byte[3 * area];
    for (int i = 0; i < area; i++) {
      planes[i] = (byte) (argb[i] >> 16);
      planes[area + i] = (byte) (argb[i] >> 8);
      planes[2 * area + i] = (byte) argb[i];
    }
    return Pixels.ofBytes(height, width, planes);
  }

  /** Scales samples of 1 to 16 bits to 0 to 255. */
  private static Pixels fromSamples(BufferedImage image, int[] bands) {
    Raster raster = image.getRaster();
    boolean bytes = true;
    for (int band : bands) {
      bytes &= raster.getSampleModel().getSampleSize(band) == Byte.SIZE;
    }
    return bytes ? ofBytes(raster, bands) : scaled(raster, bands);
  }

  private static Pixels ofBytes(Raster raster, int[] bands) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    byte[] planes = new byte[3 * width * height];
    int[] row = new int[width];
    int at = 0;
    for (int band : bands) {
      for (int y = 0; y < height; y++) {
        raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, band, row);
        for (int sample : row) {
          planes[at++] = (byte) sample;
        }
      }
    }
    return Pixels.ofBytes(height, width, planes);
  }

  private static Pixels scaled(Raster raster, int[] bands) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    float[] planes = new float[3 * width * height];
    float[] row = new float[width];
    int at = 0;
    for (int band : bands) {
      int bits = raster.getSampleModel().getSampleSize(band);
      float scale = 255f / ((1 << bits) - 1);
      for (int y = 0; y < height; y++) {
        raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, band, row);
        for (float sample : row) {
          planes[at++] = bits == Byte.SIZE ? sample : sample * scale;
        }
      }
    }
    return Pixels.ofPlanes(height, width, planes);
  }
}
