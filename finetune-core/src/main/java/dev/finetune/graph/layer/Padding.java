package dev.finetune.graph.layer;

/** The treatment of the border of an image by a sliding window. */
public enum Padding {
  /**
   * No padding. Windows lie inside the image: the output size is floor((in - kernel) / stride) + 1.
   */
  VALID {
    @Override
    int outputSize(int in, int kernel, int stride) {
      return (in - kernel) / stride + 1;
    }
  },
  /**
   * Padding as in TensorFlow, for an output size of ceil(in / stride). If the number of padded rows
   * or columns is odd, the extra one is at the bottom or on the right. Convolutions read padding as
   * zeros; pooling ignores it.
   */
  SAME {
    @Override
    int outputSize(int in, int kernel, int stride) {
      return (in + stride - 1) / stride;
    }
  };

  /** Returns the number of windows along a dimension of size {@code in}. */
  abstract int outputSize(int in, int kernel, int stride);
}
