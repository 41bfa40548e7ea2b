package dev.finetune.internal.onednn;

import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.graph.layer.ZeroPad;

/**
 * The geometry of a sliding window in oneDNN's terms: pairs of rows and columns.
 *
 * @param step of the window
 * @param height of the window, in values that it reads
 * @param width of the window, in values that it reads
 * @param border padding
 * @param spread distance between the values that the window reads
 */
record Windows(int step, int height, int width, ZeroPad border, int spread) {

  static final ZeroPad NO_BORDER = new ZeroPad(0);

  static Windows of(Conv2d conv, Shape in, Shape out) {
    return of(
        in,
        out,
        conv.kernelHeight(),
        conv.kernelWidth(),
        conv.stride(),
        conv.dilation(),
        conv.padding());
  }

  /** Of a pooling. */
  static Windows of(Shape in, Shape out, int window, int stride, Padding padding) {
    return of(in, out, window, window, stride, 1, padding);
  }

  private static Windows of(
      Shape in, Shape out, int height, int width, int stride, int dilation, Padding padding) {
    ZeroPad border = NO_BORDER;
    if (padding == Padding.SAME) {
      int rows = total(in.height(), out.height(), (height - 1) * dilation + 1, stride);
      int columns = total(in.width(), out.width(), (width - 1) * dilation + 1, stride);
      // Where it is odd, more is at the end, as in TensorFlow.
      border = new ZeroPad(rows / 2, rows - rows / 2, columns / 2, columns - columns / 2);
    }
    return new Windows(stride, height, width, border, dilation);
  }

  /** Over the whole image. */
  static Windows whole(Shape in) {
    return new Windows(1, in.height(), in.width(), NO_BORDER, 1);
  }

  private static int total(int in, int out, int reach, int stride) {
    return Math.max(0, (out - 1) * stride + reach - in);
  }

  /** The same with that padding. */
  Windows with(ZeroPad other) {
    return new Windows(step, height, width, other, spread);
  }

  long[] stride() {
    return new long[] {step, step};
  }

  long[] kernel() {
    return new long[] {height, width};
  }

  /** Padding above and to the left. */
  long[] before() {
    return new long[] {border.top(), border.left()};
  }

  /** Padding below and to the right. */
  long[] after() {
    return new long[] {border.bottom(), border.right()};
  }

  /** The zeros between the values that the window reads, which is how oneDNN counts. */
  long[] dilation() {
    return new long[] {spread - 1, spread - 1};
  }
}
