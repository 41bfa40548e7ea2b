package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

/** Computes output shapes of sliding windows, for convolutions and pooling. */
final class Windows {

  private Windows() {}

  /**
   * Returns the output shape of a window that slides over an image.
   *
   * @param channels channels of the output
   * @param height rows that the window spans, with dilation
   * @param width columns that the window spans, with dilation
   * @throws IllegalArgumentException if window or stride is not positive, or the window is larger
   *     than the image and not padded
   */
  static Shape slide(Shape in, int channels, int height, int width, int stride, Padding padding) {
    checkArgument(
        height > 0 && width > 0 && stride > 0,
        "window and stride must be positive, got a window of %s x %s and a stride of %s",
        height,
        width,
        stride);
    checkArgument(
        padding == Padding.SAME || (in.height() >= height && in.width() >= width),
        "A window without padding must fit into its input, got a window of %s x %s and an input of"
            + " %s; choose a larger input size",
        height,
        width,
        in);
    return Shape.image(
        channels,
        padding.outputSize(in.height(), height, stride),
        padding.outputSize(in.width(), width, stride));
  }
}
