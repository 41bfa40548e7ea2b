package dev.finetune.image;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * Bilinear resizing with half-pixel centres, without antialiasing and without preserving the aspect
 * ratio. This is the default of {@code tf.image.resize}, and so of Keras' input pipelines.
 *
 * <p>Output pixel i is at input position (i + 0.5) * in / out - 0.5, clamped to the image, and
 * mixes the two nearest pixels along each axis.
 */
public final class Bilinear {

  private Bilinear() {}

  /**
   * {@return the image at another size; the same instance if it already has that size}
   *
   * @param image the image to resize; not changed
   * @param height the new number of rows, at least 1
   * @param width the new number of columns, at least 1
   * @throws IllegalArgumentException if height or width is less than 1
   */
  public static Pixels resize(Pixels image, int height, int width) {
    checkArgument(
        height > 0 && width > 0, "height and width must be >= 1, got %s x %s", height, width);
    if (image.height() == height && image.width() == width) {
      return image;
    }
    Axis rows = Axis.of(image.height(), height);
    Axis columns = Axis.of(image.width(), width);
    float[] out = new float[3 * height * width];
    int at = 0;
    for (int channel = 0; channel < 3; channel++) {
      // Each input row is resized horizontally once and then mixed with its neighbour.
      Rows resized = new Rows(image, channel, columns);
      for (int y = 0; y < height; y++) {
        resized.moveTo(rows.low[y], rows.high[y]);
        mix(resized.upper, resized.lower, rows.fraction[y], out, at);
        at += width;
      }
    }
    return Pixels.ofPlanes(height, width, out);
  }

  private static void mix(float[] upper, float[] lower, float down, float[] out, int at) {
    for (int x = 0; x < upper.length; x++) {
      out[at + x] = upper[x] + (lower[x] - upper[x]) * down;
    }
  }

  /** Two rows of a plane, resized horizontally. */
  private static final class Rows {
    private final Pixels image;
    private final int channel;
    private final Axis columns;
    private final float[] whole;
    private float[] upper;
    private float[] lower;
    private int upperRow = -1;
    private int lowerRow = -1;

    Rows(Pixels image, int channel, Axis columns) {
      this.image = image;
      this.channel = channel;
      this.columns = columns;
      this.whole = new float[image.width()];
      this.upper = new float[columns.low.length];
      this.lower = new float[columns.low.length];
    }

    void moveTo(int above, int below) {
      if (above == lowerRow) {
        float[] free = upper;
        upper = lower;
        lower = free;
        upperRow = lowerRow;
        lowerRow = -1;
      }
      if (above != upperRow) {
        resize(above, upper);
        upperRow = above;
      }
      if (below != lowerRow) {
        resize(below, lower);
        lowerRow = below;
      }
    }

    private void resize(int row, float[] into) {
      image.row(channel, row, whole);
      for (int x = 0; x < into.length; x++) {
        float left = whole[columns.low[x]];
        into[x] = left + (whole[columns.high[x]] - left) * columns.fraction[x];
      }
    }
  }

  /** For each output index, its two input indices and the weight of the second. */
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
