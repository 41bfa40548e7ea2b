package dev.finetune.image;

import java.util.Arrays;

/** Filters of neighbouring pixels, as in {@code torchvision.transforms.functional}. */
final class Filters {

  private Filters() {}

  /**
   * Mixes the image with a smoothed copy: 0 is the copy, 1 the image, and more is sharper. Pixels
   * at the border, and images with fewer than 3 rows or columns, do not change.
   */
  static Pixels sharpness(Pixels image, double factor) {
    int height = image.height();
    int width = image.width();
    if (factor == 1 || height < 3 || width < 3) {
      return image;
    }
    float[] in = image.planes();
    float[] out = in.clone();
    float own = (float) factor;
    float rest = (float) ((1 - factor) / 13);
    for (int channel = 0; channel < 3; channel++) {
      for (int y = 1; y < height - 1; y++) {
        int row = (channel * height + y) * width;
        for (int i = row + 1; i < row + width - 1; i++) {
          float smooth =
              in[i - width - 1]
                  + in[i - width]
                  + in[i - width + 1]
                  + in[i - 1]
                  + 5 * in[i]
                  + in[i + 1]
                  + in[i + width - 1]
                  + in[i + width]
                  + in[i + width + 1];
          out[i] = Colours.limit(own * in[i] + rest * smooth);
        }
      }
    }
    return Pixels.ofPlanes(height, width, out);
  }

  /**
   * Blurs with a Gaussian kernel of radius three deviations, rounded up. The image is mirrored at
   * its border.
   *
   * @param deviation the standard deviation in pixels; 0 changes nothing
   */
  static Pixels blur(Pixels image, double deviation) {
    if (deviation == 0) {
      return image;
    }
    float[] kernel = kernel(deviation);
    float[] out = down(image, across(image, kernel), kernel);
    return Pixels.ofPlanes(image.height(), image.width(), out);
  }

  private static float[] kernel(double deviation) {
    int radius = (int) Math.ceil(3 * deviation);
    double[] weights = new double[2 * radius + 1];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      double distance = (i - radius) / deviation;
      weights[i] = StrictMath.exp(-distance * distance / 2);
      sum += weights[i];
    }
    float[] kernel = new float[weights.length];
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] = (float) (weights[i] / sum);
    }
    return kernel;
  }

  /** Filters each row. */
  private static float[] across(Pixels image, float[] kernel) {
    int width = image.width();
    int radius = kernel.length / 2;
    float[] in = image.planes();
    float[] out = new float[in.length];
    int[] mirrored = mirrored(width, radius);
    float[] row = new float[mirrored.length];
    float[] sums = new float[width];
    for (int from = 0; from < in.length; from += width) {
      for (int x = 0; x < row.length; x++) {
        row[x] = in[from + mirrored[x]];
      }
      Arrays.fill(sums, 0);
      for (int k = 0; k < kernel.length; k++) {
        add(row, k, kernel[k], sums);
      }
      System.arraycopy(sums, 0, out, from, width);
    }
    return out;
  }

  /** Filters each column. */
  private static float[] down(Pixels image, float[] in, float[] kernel) {
    int width = image.width();
    int height = image.height();
    int radius = kernel.length / 2;
    float[] out = new float[in.length];
    int[] mirrored = mirrored(height, radius);
    float[] sums = new float[width];
    for (int channel = 0; channel < 3; channel++) {
      for (int y = 0; y < height; y++) {
        Arrays.fill(sums, 0);
        for (int k = 0; k < kernel.length; k++) {
          add(in, (channel * height + mirrored[y + k]) * width, kernel[k], sums);
        }
        for (int x = 0; x < width; x++) {
          // The weights add up to 1 with a rounding error.
          out[(channel * height + y) * width + x] = Colours.limit(sums[x]);
        }
      }
    }
    return out;
  }

  private static void add(float[] in, int from, float weight, float[] sums) {
    for (int x = 0; x < sums.length; x++) {
      sums[x] += weight * in[from + x];
    }
  }

  /** Returns the indices from -radius to size - 1 + radius, reflected about the first and last. */
  private static int[] mirrored(int size, int radius) {
    int[] indices = new int[size + 2 * radius];
    int period = Math.max(1, 2 * (size - 1));
    for (int i = 0; i < indices.length; i++) {
      int place = Math.floorMod(i - radius, period);
      indices[i] = Math.min(place, period - place);
    }
    if (size == 1) {
      Arrays.fill(indices, 0);
    }
    return indices;
  }
}
