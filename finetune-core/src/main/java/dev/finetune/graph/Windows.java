package dev.finetune.graph;

import static com.google.common.base.Preconditions.checkArgument;

/** The arithmetic of sliding windows, shared by convolutions and pooling. */
final class Windows {

  private Windows() {}

  static Shape slide(Shape in, int channels, int window, int stride, Padding padding) {
    checkArgument(
        window > 0 && stride > 0, "window and stride are positive; got %s, %s", window, stride);
    checkArgument(
        padding == Padding.SAME || (in.height() >= window && in.width() >= window),
        "A window of %s does not fit into %s; choose a larger input size",
        window,
        in);
    return Shape.image(
        channels,
        padding.outputSize(in.height(), window, stride),
        padding.outputSize(in.width(), window, stride));
  }
}
