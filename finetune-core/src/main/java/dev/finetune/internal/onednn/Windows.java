package dev.finetune.internal.onednn;

import dev.finetune.graph.Padding;
import dev.finetune.graph.Shape;

/**
 * The geometry of a sliding window in oneDNN's terms: pairs of rows and columns.
 *
 * @param step of the window
 * @param height of the window, in values that it reads
 * @param width of the window, in values that it reads
 * @param rows of padding, above and below together
 * @param columns of padding, left and right together
 * @param spread distance between the values that the window reads
 */
record Windows(int step, int height, int width, int rows, int columns, int spread) {

  static Windows of(Shape in, Shape out, int kernel, int stride, int dilation, Padding padding) {
    int reach = (kernel - 1) * dilation + 1;
    return new Windows(
        stride,
        kernel,
        kernel,
        padding == Padding.SAME ? total(in.height(), out.height(), reach, stride) : 0,
        padding == Padding.SAME ? total(in.width(), out.width(), reach, stride) : 0,
        dilation);
  }

  /** Over the whole image. */
  static Windows whole(Shape in) {
    return new Windows(1, in.height(), in.width(), 0, 0, 1);
  }

  private static int total(int in, int out, int reach, int stride) {
    return Math.max(0, (out - 1) * stride + reach - in);
  }

  long[] stride() {
    return new long[] {step, step};
  }

  long[] kernel() {
    return new long[] {height, width};
  }

  /** Padding above and to the left; where it is odd, more is at the end, as in TensorFlow. */
  long[] before() {
    return new long[] {rows / 2, columns / 2};
  }

  long[] after() {
    return new long[] {rows - rows / 2, columns - columns / 2};
  }

  /** The zeros between the values that the window reads, which is how oneDNN counts. */
  long[] dilation() {
    return new long[] {spread - 1, spread - 1};
  }
}
