package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

/** The arithmetic of sliding windows, shared by convolutions and pooling. */
final class Windows {

  private Windows() {}

  static Shape slide(Shape in, int channels, int height, int width, int stride, Padding padding) {
    checkArgument(
        height > 0 && width > 0 && stride > 0,
        "window and stride are positive; got %s x %s, %s",
        height,
        width,
        stride);
    checkArgument(
        padding == Padding.SAME || (in.height() >= height && in.width() >= width),
        "A window of %s x %s does not fit into %s; choose a larger input size",
        height,
        width,
        in);
    return Shape.image(
        channels,
        padding.outputSize(in.height(), height, stride),
        padding.outputSize(in.width(), width, stride));
  }
}
