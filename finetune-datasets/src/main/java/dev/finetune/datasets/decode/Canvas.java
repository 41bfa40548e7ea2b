package dev.finetune.datasets.decode;

import dev.finetune.image.Pixels;
import java.util.Arrays;

/** A larger image around the first frame of an animation. */
final class Canvas {

  private Canvas() {}

  /**
   * Returns an image with a frame in it. What lies outside the canvas is left out.
   *
   * @param left the column where the frame begins
   * @param top the row where the frame begins
   * @param colour red, green and blue of what the frame does not cover
   */
  static Pixels around(Pixels frame, int left, int top, int width, int height, int... colour) {
    if (left == 0 && top == 0 && frame.width() == width && frame.height() == height) {
      return frame;
    }
    float[] planes = new float[3 * width * height];
    int columns = Math.min(frame.width(), width - left);
    int rows = Math.min(frame.height(), height - top);
    for (int channel = 0; channel < 3; channel++) {
      int plane = channel * width * height;
      Arrays.fill(planes, plane, plane + width * height, colour[channel]);
      for (int y = 0; y < rows; y++) {
        for (int x = 0; x < columns; x++) {
          planes[plane + (top + y) * width + left + x] = frame.at(channel, y, x);
        }
      }
    }
    return Pixels.ofPlanes(height, width, planes).inBytes();
  }
}
