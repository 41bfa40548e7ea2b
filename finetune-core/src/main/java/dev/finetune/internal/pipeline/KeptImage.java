package dev.finetune.internal.pipeline;

import dev.finetune.image.Pixels;

/** A decoded image in memory. It returns the same bits as the original. */
abstract sealed class KeptImage {

  /** An estimate of the objects and array headers of a kept image. */
  private static final int OVERHEAD = 64;

  private KeptImage() {}

  /** Returns the image: in bytes if all values are whole numbers from 0 to 255. */
  static KeptImage of(Pixels image) {
    float[] planes = image.planes();
    byte[] bytes = new byte[planes.length];
    for (int i = 0; i < bytes.length; i++) {
      int whole = (int) planes[i];
      // Compares bits, because -0 equals 0.
      if ((whole & 0xff) != whole
          || Float.floatToRawIntBits(planes[i]) != Float.floatToRawIntBits(whole)) {
        return new Floats(image);
      }
      bytes[i] = (byte) whole;
    }
    return new Bytes(image.height(), image.width(), bytes);
  }

  /** Returns the decoded image. */
  abstract Pixels pixels();

  /** Returns the bytes of memory that the image needs. */
  abstract long size();

  /** An image with whole numbers. */
  private static final class Bytes extends KeptImage {
    private final int height;
    private final int width;
    private final byte[] planes;

    Bytes(int height, int width, byte[] planes) {
      this.height = height;
      this.width = width;
      this.planes = planes;
    }

    @Override
    Pixels pixels() {
      float[] floats = new float[planes.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = planes[i] & 0xff;
      }
      return Pixels.ofPlanes(height, width, floats);
    }

    @Override
    long size() {
      return OVERHEAD + (long) planes.length;
    }
  }

  /** Any other image. */
  private static final class Floats extends KeptImage {
    private final Pixels image;

    Floats(Pixels image) {
      this.image = image;
    }

    @Override
    Pixels pixels() {
      return image;
    }

    @Override
    long size() {
      return OVERHEAD + (long) Float.BYTES * image.planes().length;
    }
  }
}
