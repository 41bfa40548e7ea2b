package dev.finetune.internal.onednn;

import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.graph.layer.ZeroPad;

/**
 * The geometry of a sliding window, with accessors that return (vertical, horizontal) pairs as
 * oneDNN expects them.
 *
 * @param step the stride, in pixels
 * @param height the number of rows that the window reads
 * @param width the number of columns that the window reads
 * @param border the padding around the input
 * @param spread the dilation: the distance between adjacent values that the window reads
 */
record Windows(int step, int height, int width, ZeroPad border, int spread) {

  static final ZeroPad NO_BORDER = new ZeroPad(0);

  /** Returns the windows of a convolution. */
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

  /** Returns the windows of a pooling layer. */
  static Windows of(Shape in, Shape out, int window, int stride, Padding padding) {
    return of(in, out, window, window, stride, 1, padding);
  }

  private static Windows of(
      Shape in, Shape out, int height, int width, int stride, int dilation, Padding padding) {
    ZeroPad border = NO_BORDER;
    if (padding == Padding.SAME) {
      int rows = total(in.height(), out.height(), (height - 1) * dilation + 1, stride);
      int columns = total(in.width(), out.width(), (width - 1) * dilation + 1, stride);
      // An odd total has the extra row or column at the end, as in TensorFlow.
      border = new ZeroPad(rows / 2, rows - rows / 2, columns / 2, columns - columns / 2);
    }
    return new Windows(stride, height, width, border, dilation);
  }

  /** Returns the window that covers the whole image. */
  static Windows whole(Shape in) {
    return new Windows(1, in.height(), in.width(), NO_BORDER, 1);
  }

  private static int total(int in, int out, int reach, int stride) {
    return Math.max(0, (out - 1) * stride + reach - in);
  }

  /** Returns the same windows with other padding. */
  Windows with(ZeroPad other) {
    return new Windows(step, height, width, other, spread);
  }

  long[] stride() {
    return new long[] {step, step};
  }

  long[] kernel() {
    return new long[] {height, width};
  }

  /** Returns the padding above and to the left. */
  long[] before() {
    return new long[] {border.top(), border.left()};
  }

  /** Returns the padding below and to the right. */
  long[] after() {
    return new long[] {border.bottom(), border.right()};
  }

  /** Returns oneDNN's dilation, which counts the values skipped: 0 for a dense window. */
  long[] dilation() {
    return new long[] {spread - 1, spread - 1};
  }
}
