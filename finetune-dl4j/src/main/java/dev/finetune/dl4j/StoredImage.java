package dev.finetune.dl4j;

import dev.finetune.image.Pixels;
import java.util.function.IntToDoubleFunction;

/** An image in compact form: one byte per value if all values are integers, else four. */
final class StoredImage {

  private final int channels;
  private final int height;
  private final int width;
  private final IntToDoubleFunction values;
  private final long bytes;

  private StoredImage(int channels, int height, int width, IntToDoubleFunction values, long bytes) {
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.values = values;
    this.bytes = bytes;
  }

  /**
   * Creates an image from planes.
   *
   * @param channels 1 for grey, or 3 for red, green and blue
   * @param planes values from 0 to 255, channel by channel; the caller must not change them later
   */
  static StoredImage of(int channels, int height, int width, float[] planes) {
    byte[] whole = new byte[planes.length];
    for (int i = 0; i < planes.length; i++) {
      if (planes[i] != (int) planes[i]) {
        return new StoredImage(
            channels, height, width, at -> planes[at], (long) Float.BYTES * planes.length);
      }
      whole[i] = (byte) (int) planes[i];
    }
    return new StoredImage(
        channels, height, width, at -> Byte.toUnsignedInt(whole[at]), whole.length);
  }

  /** Returns the number of bytes that the values take. */
  long bytes() {
    return bytes;
  }

  Pixels pixels() {
    int plane = height * width;
    float[] planes = new float[3 * plane];
    for (int i = 0; i < planes.length; i++) {
      planes[i] = (float) values.applyAsDouble(channels == 1 ? i % plane : i);
    }
    return Pixels.ofPlanes(height, width, planes);
  }
}
