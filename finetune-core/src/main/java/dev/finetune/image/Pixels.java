package dev.finetune.image;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Verify.verifyNotNull;

import dev.finetune.weights.Finite;
import java.util.OptionalInt;
import java.util.function.IntBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A decoded colour image: RGB values from 0 to 255 in three planes, red, green and blue. They are
 * stored in bytes if they are whole numbers, as after decoding, and as float32 if they may have
 * fractions, as after resizing. The networks were trained with those fractions.
 */
public final class Pixels {

  /** An estimate of the objects and the array header of an image. */
  private static final int OVERHEAD = 64;

  private final int height;
  private final int width;

  /** The values; null if they are in bytes. */
  private final float @Nullable [] floats;

  /** The values; null if they are floats. */
  private final byte @Nullable [] bytes;

  private Pixels(int height, int width, float @Nullable [] floats, byte @Nullable [] bytes) {
    int values = floats == null ? verifyNotNull(bytes).length : floats.length;
    checkArgument(
        height > 0 && width > 0 && values == 3L * height * width,
        "An image must have height and width >= 1 and 3 * height * width values, got height %s,"
            + " width %s and %s values",
        height,
        width,
        values);
    this.height = height;
    this.width = width;
    this.floats = floats;
    this.bytes = bytes;
  }

  /**
   * {@return an image backed by the array, which is not copied} Do not write to the array
   * afterwards.
   *
   * @param height the number of rows, at least 1
   * @param width the number of columns, at least 1
   * @param planes 3 * height * width values: the rows of the red plane, then green, then blue
   * @throws IllegalArgumentException if a size is less than 1 or the number of values does not
   *     match
   */
  public static Pixels ofPlanes(int height, int width, float[] planes) {
    return new Pixels(height, width, planes, null);
  }

  /**
   * {@return an image of whole numbers backed by the array, which is not copied} It takes a quarter
   * of the memory. Do not write to the array afterwards.
   *
   * @param height the number of rows, at least 1
   * @param width the number of columns, at least 1
   * @param planes 3 * height * width unsigned bytes: the rows of the red plane, then green, then
   *     blue
   * @throws IllegalArgumentException if a size is less than 1 or the number of values does not
   *     match
   */
  public static Pixels ofBytes(int height, int width, byte[] planes) {
    return new Pixels(height, width, null, planes);
  }

  /** {@return the number of rows} */
  public int height() {
    return height;
  }

  /** {@return the number of columns} */
  public int width() {
    return width;
  }

  /** {@return the number of values, 3 * height * width} */
  public int values() {
    return 3 * height * width;
  }

  /**
   * {@return a value of the image, from 0 to 255}
   *
   * @param channel 0 for red, 1 for green, 2 for blue
   * @param row from 0 to height - 1
   * @param column from 0 to width - 1
   */
  public float at(int channel, int row, int column) {
    int index = (channel * height + row) * width + column;
    return floats == null ? verifyNotNull(bytes)[index] & 0xff : floats[index];
  }

  /**
   * {@return the index in {@link #planes} of the first value that is NaN or infinite; empty if all
   * are finite}
   */
  public OptionalInt firstNonFinite() {
    return floats == null ? OptionalInt.empty() : Finite.first(floats);
  }

  /**
   * {@return the values in planes (CHW); do not write to the array} It is the backing array if
   * there is one. Of an image in bytes it is a new one at each call.
   */
  public float[] planes() {
    return floats == null ? copy() : floats;
  }

  /** {@return a new array with the values in planes (CHW)} */
  public float[] copy() {
    if (floats != null) {
      return floats.clone();
    }
    float[] copy = new float[values()];
    copyTo(0, copy, copy.length);
    return copy;
  }

  /**
   * Copies the values of a row.
   *
   * @param channel 0 for red, 1 for green, 2 for blue
   * @param row from 0 to height - 1
   * @param into receives {@link #width} values from its beginning
   */
  public void row(int channel, int row, float[] into) {
    copyTo((channel * height + row) * width, into, width);
  }

  private void copyTo(int from, float[] into, int count) {
    if (floats != null) {
      System.arraycopy(floats, from, into, 0, count);
      return;
    }
    byte[] own = verifyNotNull(bytes);
    for (int i = 0; i < count; i++) {
      into[i] = own[from + i] & 0xff;
    }
  }

  /**
   * {@return an image with pixels of this one in other places, stored as this one is}
   *
   * @param rows the number of rows, at least 1
   * @param columns the number of columns, at least 1
   * @param source returns the index of a pixel of this image, row * width + column, for a row and a
   *     column of the new one
   * @throws IllegalArgumentException if a size is less than 1
   */
  public Pixels rearranged(int rows, int columns, IntBinaryOperator source) {
    checkArgument(
        rows > 0 && columns > 0, "height and width must be >= 1, got %s x %s", rows, columns);
    int area = rows * columns;
    float[] newFloats = floats == null ? null : new float[3 * area];
    byte[] newBytes = bytes == null ? null : new byte[3 * area];
    int at = 0;
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        int from = source.applyAsInt(y, x);
        for (int channel = 0; channel < 3; channel++) {
          int own = channel * height * width + from;
          if (floats != null) {
            verifyNotNull(newFloats)[channel * area + at] = floats[own];
          } else {
            verifyNotNull(newBytes)[channel * area + at] = verifyNotNull(bytes)[own];
          }
        }
        at++;
      }
    }
    return new Pixels(rows, columns, newFloats, newBytes);
  }

  /**
   * {@return the same values in bytes if all are whole numbers from 0 to 255, and otherwise this
   * image} The values have the same bits.
   */
  public Pixels inBytes() {
    if (floats == null) {
      return this;
    }
    byte[] whole = new byte[floats.length];
    for (int i = 0; i < whole.length; i++) {
      int value = (int) floats[i];
      // Compares bits, because -0 equals 0.
      if ((value & 0xff) != value
          || Float.floatToRawIntBits(floats[i]) != Float.floatToRawIntBits(value)) {
        return this;
      }
      whole[i] = (byte) value;
    }
    return new Pixels(height, width, null, whole);
  }

  /**
   * {@return a hash of the size and the values} Images with the same size and values have the same
   * hash, however they are stored; it is not 0. It may change with versions of the library.
   */
  public long contentHash() {
    long hash = 31L * height + width;
    if (floats == null) {
      for (byte value : verifyNotNull(bytes)) {
        hash = mixed(hash, value & 0xff);
      }
    } else {
      for (float value : floats) {
        // Whole numbers from 0 to 255 as in bytes, and others by their bits.
        int whole = (int) value;
        boolean inBytes =
            (whole & 0xff) == whole
                && Float.floatToRawIntBits(value) == Float.floatToRawIntBits(whole);
        hash = mixed(hash, inBytes ? whole : Float.floatToRawIntBits(value));
      }
    }
    return hash == 0 ? 1 : hash;
  }

  /** Mixes a value into a hash: a multiplication by an odd number and a shift are invertible. */
  private static long mixed(long hash, int value) {
    long product = (hash ^ value) * 0x9E3779B97F4A7C15L;
    return product ^ product >>> 29;
  }

  /** {@return about how many bytes of heap the image takes} */
  public long heapBytes() {
    return OVERHEAD + (long) values() * (floats == null ? Byte.BYTES : Float.BYTES);
  }
}
