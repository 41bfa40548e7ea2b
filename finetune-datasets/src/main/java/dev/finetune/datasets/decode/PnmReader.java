package dev.finetune.datasets.decode;

import dev.finetune.image.Pixels;
import java.io.IOException;

/**
 * Reads PBM, PGM and PPM images, as text and binary (netpbm's {@code pbm(5)}, {@code pgm(5)} and
 * {@code ppm(5)}). Samples are scaled so that the largest value that the header allows is 255:
 * rounded to whole values up to 255, as Pillow does, and with their fractions above.
 */
final class PnmReader {

  private final byte[] file;
  private final PixelLimit limit;
  private final boolean text;
  private final boolean bits;
  private final int channels;
  private int at = 2;

  /** Prepares to read a file of one of the six kinds, from P1 to P6. */
  PnmReader(byte[] file, PixelLimit limit) {
    this.file = file;
    this.limit = limit;
    int kind = file[1] - '0';
    text = kind <= 3;
    bits = kind == 1 || kind == 4;
    channels = kind == 3 || kind == 6 ? 3 : 1;
  }

  /**
   * Reads the image.
   *
   * @throws IOException if the file is damaged or has too many pixels
   */
  Pixels read() throws IOException {
    int width = number("a width", Integer.MAX_VALUE);
    int height = number("a height", Integer.MAX_VALUE);
    limit.require(width, height);
    int max = bits ? 1 : number("a largest value", 65535);
    if (max == 0) {
      throw new IOException("the largest value must be from 1 to 65535, got 0");
    }
    long samples = (long) width * height * channels;
    if (text) { // a digit of each sample, and white space between them
      requireLength(bits ? samples : 2 * samples - 1);
    } else {
      skipOneSpace();
      requireLength(
          bits ? height * ((width + 7L) / 8) : samples * (max > 255 ? Short.BYTES : Byte.BYTES));
    }
    return DecodeMemory.within(width, height, () -> samples(width, height, max));
  }

  private Pixels samples(int width, int height, int max) throws IOException {
    float[] planes = new float[3 * width * height];
    int area = width * height;
    DecodeTime time = DecodeTime.start();
    for (int y = 0; y < height; y++) {
      time.require();
      for (int x = 0; x < width; x++) {
        for (int channel = 0; channel < channels; channel++) {
          int sample = text ? textSample(max) : bits ? bit(y, x, width) : sample(max);
          float value = bits ? 255f * (1 - sample) : scaled(sample, max);
          for (int plane = channel; plane < (channels == 1 ? 3 : channel + 1); plane++) {
            planes[plane * area + y * width + x] = value;
          }
        }
      }
    }
    return Pixels.ofPlanes(height, width, planes).inBytes();
  }

  private static float scaled(int sample, int max) {
    return max > 255
        ? (float) (sample * 255.0 / max)
        : max == 255 ? sample : (float) Math.rint(sample * 255.0 / max);
  }

  /** Checks that there are as many bytes as the header says, before memory is taken for them. */
  private void requireLength(long least) throws IOException {
    if (file.length - at < least) {
      throw new IOException(
          "the image is cut off: it has "
              + (file.length - at)
              + " of at least "
              + least
              + " bytes");
    }
  }

  private int bit(int y, int x, int width) {
    long index = (long) y * ((width + 7) / 8) + x / 8;
    return (file[(int) (at + index)] >> (7 - x % 8)) & 1;
  }

  private int sample(int max) throws IOException {
    int value = file[at++] & 0xff;
    if (max > 255) {
      value = value << 8 | (file[at++] & 0xff);
    }
    return required(value, max);
  }

  private int textSample(int max) throws IOException {
    if (!bits) {
      return number("a sample", max);
    }
    skipSpace(); // bits need no white space between them
    if (at >= file.length || (file[at] != '0' && file[at] != '1')) {
      throw new IOException("a sample must be 0 or 1 at byte " + at);
    }
    return file[at++] - '0';
  }

  private static int required(int value, int max) throws IOException {
    if (value > max) {
      throw new IOException("a sample must be at most " + max + ", got " + value);
    }
    return value;
  }

  /** Reads a whole number in decimal digits. */
  private int number(String what, int largest) throws IOException {
    skipSpace();
    long value = 0;
    int from = at;
    while (at < file.length && file[at] >= '0' && file[at] <= '9' && value <= largest) {
      value = 10 * value + file[at++] - '0';
    }
    if (at == from) {
      throw new IOException(
          at >= file.length ? "the image is cut off" : what + " must be a number at byte " + at);
    }
    if (text && at < file.length && file[at] != '#' && !isSpace(file[at])) {
      throw new IOException(what + " must be a number at byte " + from);
    }
    if (value > largest) {
      throw new IOException(what + " must be at most " + largest + ", got " + value);
    }
    return (int) value;
  }

  /** Skips the white space before binary samples, which the end of a comment is too. */
  private void skipOneSpace() throws IOException {
    if (at < file.length && file[at] == '#') {
      while (at < file.length && file[at] != '\n' && file[at] != '\r') {
        at++;
      }
    } else if (at < file.length && !isSpace(file[at])) {
      throw new IOException("white space must follow the header at byte " + at);
    }
    at++;
  }

  private static boolean isSpace(byte value) {
    return value == ' ' || (value >= '\t' && value <= '\r');
  }

  private void skipSpace() {
    while (at < file.length) {
      if (file[at] == '#') {
        while (at < file.length && file[at] != '\n' && file[at] != '\r') {
          at++;
        }
      } else if (isSpace(file[at])) {
        at++;
      } else {
        return;
      }
    }
  }
}
