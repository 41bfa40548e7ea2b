package dev.finetune.graph.layer;

/** How a window treats the border of an image. */
public enum Padding {
  /** Only windows that lie wholly inside: floor((in - kernel) / stride) + 1. */
  VALID {
    @Override
    int outputSize(int in, int kernel, int stride) {
      return (in - kernel) / stride + 1;
    }
  },
  /** Zero padding, more at the end where it is odd, as TensorFlow does: ceil(in / stride). */
  SAME {
    @Override
    int outputSize(int in, int kernel, int stride) {
      return (in + stride - 1) / stride;
    }
  };

  abstract int outputSize(int in, int kernel, int stride);
}
