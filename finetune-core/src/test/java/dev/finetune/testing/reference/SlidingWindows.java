package dev.finetune.testing.reference;

import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;

/** Computes convolutions and pooling. */
final class SlidingWindows {

  private SlidingWindows() {}

  /** Returns the number of padded positions before the first value. */
  private static int before(Padding padding, int in, int out, int window, int stride) {
    return padding == Padding.VALID ? 0 : Math.max(0, (out - 1) * stride + window - in) / 2;
  }

  /** Computes a convolution without its activation. */
  static Values convolve(Conv2d conv, Values in, Shape shape, double[] kernel, double[] bias) {
    Values out = new Values(in.batch(), shape);
    for (int n = 0; n < in.batch(); n++) {
      for (int filter = 0; filter < conv.filters(); filter++) {
        for (int y = 0; y < shape.height(); y++) {
          for (int x = 0; x < shape.width(); x++) {
            double offset = conv.bias() ? bias[filter] : 0;
            out.set(n, filter, y, x, offset + product(conv, in, shape, kernel, n, filter, y, x));
          }
        }
      }
    }
    return out;
  }

  private static double product(
      Conv2d conv, Values in, Shape out, double[] kernel, int n, int filter, int y, int x) {
    int height = conv.kernelHeight();
    int width = conv.kernelWidth();
    int dilation = conv.dilation();
    int top =
        y * conv.stride()
            - before(
                conv.padding(),
                in.shape().height(),
                out.height(),
                (height - 1) * dilation + 1,
                conv.stride());
    int left =
        x * conv.stride()
            - before(
                conv.padding(),
                in.shape().width(),
                out.width(),
                (width - 1) * dilation + 1,
                conv.stride());
    int channels = in.shape().channels() / conv.groups();
    int first = filter / (conv.filters() / conv.groups()) * channels;
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      for (int ky = 0; ky < height; ky++) {
        for (int kx = 0; kx < width; kx++) {
          int row = top + ky * dilation;
          int column = left + kx * dilation;
          if (in.inside(row, column)) {
            double weight = kernel[((filter * channels + c) * height + ky) * width + kx];
            sum += weight * in.at(n, first + c, row, column);
          }
        }
      }
    }
    return sum;
  }

  /** Computes a maximum or a mean over windows. Positions outside the image are ignored. */
  static Values pool(
      Values in, Shape shape, int window, int stride, Padding padding, boolean max, Kinks kinks) {
    int above = before(padding, in.shape().height(), shape.height(), window, stride);
    int left = before(padding, in.shape().width(), shape.width(), window, stride);
    Values out = new Values(in.batch(), shape);
    for (int n = 0; n < in.batch(); n++) {
      for (int c = 0; c < shape.channels(); c++) {
        for (int y = 0; y < shape.height(); y++) {
          for (int x = 0; x < shape.width(); x++) {
            Pooled pooled = new Pooled();
            for (int row = y * stride - above; row < y * stride - above + window; row++) {
              for (int column = x * stride - left; column < x * stride - left + window; column++) {
                if (in.inside(row, column)) {
                  pooled.add(in.at(n, c, row, column));
                }
              }
            }
            out.set(n, c, y, x, max ? pooled.maximum(kinks) : pooled.mean());
          }
        }
      }
    }
    return out;
  }

  /** The values of a window. */
  static final class Pooled {
    private double largest = Double.NEGATIVE_INFINITY;
    private double second = Double.NEGATIVE_INFINITY;
    private double sum;
    private int count;

    void add(double value) {
      second = Math.max(second, Math.min(largest, value));
      largest = Math.max(largest, value);
      sum += value;
      count++;
    }

    double maximum(Kinks kinks) {
      kinks.near(largest - second);
      return largest;
    }

    double mean() {
      return sum / count;
    }
  }
}
