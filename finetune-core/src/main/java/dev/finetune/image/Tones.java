package dev.finetune.image;

import java.util.Arrays;

/**
 * Changes of each value by a curve, as in {@code torchvision.transforms.functional} for 8-bit
 * images. Fractions of values are kept where the curve allows it.
 */
final class Tones {

  private static final int LEVELS = 256;

  private Tones() {}

  /**
   * Rounds values down to those that have only their highest bits.
   *
   * @param bits the number of bits, from 0 to 8; rounded to a whole number. 8 changes nothing
   */
  static Pixels posterize(Pixels image, double bits) {
    int kept = (int) Math.rint(bits);
    if (kept >= 8) {
      return image;
    }
    float step = 1 << (8 - kept);
    float[] out = image.copy();
    for (int i = 0; i < out.length; i++) {
      out[i] = step * (int) (out[i] / step);
    }
    return Pixels.ofPlanes(image.height(), image.width(), out);
  }

  /** Inverts the values that are at least the threshold. */
  static Pixels solarize(Pixels image, double threshold) {
    float least = (float) threshold;
    float[] out = image.copy();
    for (int i = 0; i < out.length; i++) {
      out[i] = out[i] >= least ? Colours.WHITE - out[i] : out[i];
    }
    return Pixels.ofPlanes(image.height(), image.width(), out);
  }

  /** Stretches the values of each channel to the range from 0 to 255. */
  static Pixels autocontrast(Pixels image) {
    float[] out = image.copy();
    int area = image.height() * image.width();
    for (int from = 0; from < out.length; from += area) {
      float least = out[from];
      float most = out[from];
      for (int i = from; i < from + area; i++) {
        least = Math.min(least, out[i]);
        most = Math.max(most, out[i]);
      }
      float scale = Colours.WHITE / (most - least);
      // Without a finite scale, the channel has one value, or almost.
      if (Float.isFinite(scale)) {
        for (int i = from; i < from + area; i++) {
          out[i] = Colours.limit((out[i] - least) * scale);
        }
      }
    }
    return Pixels.ofPlanes(image.height(), image.width(), out);
  }

  /** Makes the histogram of each channel flat. Values are rounded to whole numbers. */
  static Pixels equalize(Pixels image) {
    float[] out = image.copy();
    int area = image.height() * image.width();
    int[] levels = new int[area];
    for (int from = 0; from < out.length; from += area) {
      int[] histogram = new int[LEVELS];
      for (int i = 0; i < area; i++) {
        levels[i] = Math.min(LEVELS - 1, (int) (out[from + i] + 0.5f));
        histogram[levels[i]]++;
      }
      int last = Arrays.stream(levels).max().orElse(0);
      int step = (area - histogram[last]) / (LEVELS - 1);
      if (step > 0) {
        float[] curve = curve(histogram, step);
        for (int i = 0; i < area; i++) {
          out[from + i] = curve[levels[i]];
        }
      }
    }
    return Pixels.ofPlanes(image.height(), image.width(), out);
  }

  /** Returns the new value of each level: the number of lower values in steps, rounded. */
  private static float[] curve(int[] histogram, int step) {
    float[] curve = new float[LEVELS];
    int lower = 0;
    for (int level = 0; level < LEVELS; level++) {
      curve[level] = level == 0 ? 0 : Math.min(LEVELS - 1, (lower + step / 2) / step);
      lower += histogram[level];
    }
    return curve;
  }
}
