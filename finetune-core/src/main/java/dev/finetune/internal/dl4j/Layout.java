package dev.finetune.internal.dl4j;

import dev.finetune.engine.ConvolutionPath;
import dev.finetune.graph.Shape;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;

/**
 * The order of an image's values inside a network. Outside it is always channel, height, width.
 *
 * <p>oneDNN's forward convolutions compute with channels last and would transpose every tensor on
 * its way in and out; for VGG16's first blocks that takes twice as long as the convolutions. So
 * inference runs with channels last, and only what enters and leaves a network is transposed.
 * Training, where the backward primitives want yet another layout, gains nothing from it.
 */
enum Layout {
  CHW(CNN2DFormat.NCHW, 1),
  HWC(CNN2DFormat.NHWC, 3);

  private final CNN2DFormat format;
  private final int channelAxis;

  Layout(CNN2DFormat format, int channelAxis) {
    this.format = format;
    this.channelAxis = channelAxis;
  }

  /** The faster one for inference. */
  static Layout forInference(ConvolutionPath path) {
    return path == ConvolutionPath.ONEDNN && OneDnn.available() ? HWC : CHW;
  }

  /** Deeplearning4j's name for it. */
  CNN2DFormat format() {
    return format;
  }

  /** Where the channels are in an array with a leading batch dimension. */
  int channelAxis() {
    return channelAxis;
  }

  /** The axes of height and width in an array with a leading batch dimension. */
  int[] spatialAxes() {
    return this == CHW ? new int[] {2, 3} : new int[] {1, 2};
  }

  /** The dimensions of a batch of that shape. */
  long[] batched(Shape shape, int batch) {
    if (shape.flat()) {
      return new long[] {batch, shape.channels()};
    }
    return this == CHW
        ? new long[] {batch, shape.channels(), shape.height(), shape.width()}
        : new long[] {batch, shape.height(), shape.width(), shape.channels()};
  }

  /** Deeplearning4j's type of an input of that shape. */
  InputType inputType(Shape shape) {
    return shape.flat()
        ? InputType.feedForward(shape.channels())
        : InputType.convolutional(shape.height(), shape.width(), shape.channels(), format);
  }

  /** Copies one example from channel, height, width order into this one's, at that offset. */
  void enter(float[] values, Shape shape, float[] to, int offset) {
    if (this == CHW || shape.flat()) {
      System.arraycopy(values, 0, to, offset, values.length);
      return;
    }
    int area = shape.height() * shape.width();
    int channels = shape.channels();
    for (int channel = 0; channel < channels; channel++) {
      for (int i = 0; i < area; i++) {
        to[offset + i * channels + channel] = values[channel * area + i];
      }
    }
  }

  /** Copies one example out of this order at that offset into channel, height, width order. */
  float[] leave(float[] from, int offset, Shape shape) {
    float[] values = new float[shape.size()];
    if (this == CHW || shape.flat()) {
      System.arraycopy(from, offset, values, 0, values.length);
      return values;
    }
    int area = shape.height() * shape.width();
    int channels = shape.channels();
    for (int channel = 0; channel < channels; channel++) {
      for (int i = 0; i < area; i++) {
        values[channel * area + i] = from[offset + i * channels + channel];
      }
    }
    return values;
  }
}
