package dev.finetune.image;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * Bilinear resizing with half-pixel centres and without antialiasing, the aspect ratio not kept:
 * what {@code tf.image.resize} does by default, and so what Keras' pipelines feed a network.
 *
 * <p>An output pixel i looks at the input position (i + 0.5) * in / out - 0.5, clamped to the
 * image, and mixes the two nearest pixels along each axis.
 */
public final class Bilinear {

  private Bilinear() {}

  /** The image at that size; itself if it has that size. */
  public static Pixels resize(Pixels image, int height, int width) {
    checkArgument(height > 0 && width > 0, "A size is at least 1 x 1, got %s x %s", height, width);
    if (image.height() == height && image.width() == width) {
      return image;
    }
    Axis rows = Axis.of(image.height(), height);
    Axis columns = Axis.of(image.width(), width);
    float[] in = image.planes();
    float[] out = new float[3 * height * width];
    int o = 0;
    for (int channel = 0; channel < 3; channel++) {
      int plane = channel * image.height() * image.width();
      for (int y = 0; y < height; y++) {
        int upper = plane + rows.low[y] * image.width();
        int lower = plane + rows.high[y] * image.width();
        float down = rows.fraction[y];
        for (int x = 0; x < width; x++) {
          int left = columns.low[x];
          int right = columns.high[x];
          float along = columns.fraction[x];
          float top = in[upper + left] + (in[upper + right] - in[upper + left]) * along;
          float bottom = in[lower + left] + (in[lower + right] - in[lower + left]) * along;
          out[o++] = top + (bottom - top) * down;
        }
      }
    }
    return Pixels.ofPlanes(height, width, out);
  }

  /** For each output index its two input indices and how far it lies towards the second. */
  private static final class Axis {
    final int[] low;
    final int[] high;
    final float[] fraction;

    private Axis(int size) {
      low = new int[size];
      high = new int[size];
      fraction = new float[size];
    }

    static Axis of(int in, int out) {
      Axis axis = new Axis(out);
      float scale = (float) in / out;
      for (int i = 0; i < out; i++) {
        float at = (i + 0.5f) * scale - 0.5f;
        float floor = (float) Math.floor(at);
        axis.low[i] = Math.max((int) floor, 0);
        axis.high[i] = Math.min((int) Math.ceil(at), in - 1);
        axis.fraction[i] = at - floor;
      }
      return axis;
    }
  }
}
