package dev.finetune.datasets;

import dev.finetune.image.Pixels;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.Raster;

/** The conversion of Java images of any kind to RGB planes. */
final class RgbPlanes {

  private RgbPlanes() {}

  static Pixels of(BufferedImage image) {
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
    float[] planes = new float[3 * area];
    for (int i = 0; i < area; i++) {
      planes[i] = argb[i] >> 16 & 0xff;
      planes[area + i] = argb[i] >> 8 & 0xff;
      planes[2 * area + i] = argb[i] & 0xff;
    }
    return Pixels.ofPlanes(height, width, planes);
  }

  /** Scales samples of 1 to 16 bits to 0 to 255. */
  private static Pixels fromSamples(BufferedImage image, int[] bands) {
    Raster raster = image.getRaster();
    int width = image.getWidth();
    int height = image.getHeight();
    float[] planes = new float[3 * width * height];
    float[] row = new float[width];
    for (int channel = 0; channel < 3; channel++) {
      int bits = raster.getSampleModel().getSampleSize(bands[channel]);
      float scale = 255f / ((1 << bits) - 1);
      for (int y = 0; y < height; y++) {
        raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, bands[channel], row);
        int at = (channel * height + y) * width;
        for (int x = 0; x < width; x++) {
          planes[at + x] = bits == 8 ? row[x] : row[x] * scale;
        }
      }
    }
    return Pixels.ofPlanes(height, width, planes);
  }
}
