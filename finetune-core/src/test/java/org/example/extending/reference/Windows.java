package org.example.extending.reference;

import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import java.util.Arrays;

/** Convolutions and pooling on the tape. */
final class Windows {

  private Windows() {}

  /** Where the first window begins: "same" has half of the padding before, rounded down. */
  private static int start(Padding padding, int in, int window, int stride) {
    if (padding == Padding.VALID) {
      return 0;
    }
    int windows = (in - 1) / stride + 1;
    return -Math.max(0, (windows - 1) * stride + window - in) / 2;
  }

  static int[] convolve(Tape tape, Conv2d conv, Image in, int n, Shape out, int[] kernel) {
    int high = conv.kernelHeight();
    int wide = conv.kernelWidth();
    int top =
        start(conv.padding(), in.shape().height(), (high - 1) * conv.dilation() + 1, conv.stride());
    int left =
        start(conv.padding(), in.shape().width(), (wide - 1) * conv.dilation() + 1, conv.stride());
    int read = in.shape().channels() / conv.groups();
    int[] result = new int[out.size()];
    int[] weights = new int[read * high * wide];
    int[] values = new int[read * high * wide];
    for (int i = 0; i < result.length; i++) {
      int filter = i / (out.height() * out.width());
      int y = i / out.width() % out.height() * conv.stride() + top;
      int x = i % out.width() * conv.stride() + left;
      int group = filter * conv.groups() / conv.filters();
      int terms = 0;
      for (int k = 0; k < weights.length; k++) {
        int row = y + k / wide % high * conv.dilation();
        int column = x + k % wide * conv.dilation();
        if (in.has(row, column)) {
          weights[terms] = kernel[filter * weights.length + k];
          values[terms++] = in.at(n, group * read + k / (high * wide), row, column);
        }
      }
      result[i] = tape.dot(weights, values, terms);
    }
    return result;
  }

  static int[] pool(
      Tape tape, boolean max, int window, int stride, Padding padding, Image in, int n, Shape out) {
    int top = start(padding, in.shape().height(), window, stride);
    int left = start(padding, in.shape().width(), window, stride);
    int[] result = new int[out.size()];
    for (int i = 0; i < result.length; i++) {
      int y = i / out.width() % out.height() * stride + top;
      int x = i % out.width() * stride + left;
      int[] found = new int[window * window];
      int count = 0;
      for (int k = 0; k < found.length; k++) {
        if (in.has(y + k / window, x + k % window)) {
          found[count++] =
              in.at(n, i / (out.height() * out.width()), y + k / window, x + k % window);
        }
      }
      found = Arrays.copyOf(found, count);
      result[i] = max ? largest(tape, found) : tape.sum(1.0 / count, found);
    }
    return result;
  }

  /** Returns the place of the largest, which is one of those there. */
  static int largest(Tape tape, int... places) {
    int largest = places[0];
    for (int place : places) {
      largest = tape.value(place) > tape.value(largest) ? place : largest;
    }
    return largest;
  }
}
