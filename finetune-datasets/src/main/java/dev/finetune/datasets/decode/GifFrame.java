package dev.finetune.datasets.decode;

import dev.finetune.image.Pixels;
import java.io.EOFException;
import java.io.IOException;

/**
 * The first frame of a GIF image on its canvas (GIF89a specification). What the frame does not
 * cover has the first colour of the global palette, as in Pillow.
 */
final class GifFrame {

  private static final int HEADER = 13;
  private static final int EXTENSION = 0x21;
  private static final int FRAME = 0x2c;

  private final byte[] file;

  private GifFrame(byte[] file) {
    this.file = file;
  }

  /**
   * Reads the frame.
   *
   * @throws IOException if the file is damaged or has too many pixels
   */
  static Pixels read(byte[] file, PixelLimit limit) throws IOException {
    return new GifFrame(file).read(limit);
  }

  private Pixels read(PixelLimit limit) throws IOException {
    int width = word(6);
    int height = word(8);
    limit.require(width, height);
    int descriptor = descriptor();
    int left = word(descriptor + 1);
    int top = word(descriptor + 3);
    Pixels frame =
        ImageDecoder.reading(
            Codecs.gifReader(), file, limit, reader -> RgbPlanes.of(reader.read(0)));
    return coloured()
        ? Canvas.around(frame, left, top, width, height, at(HEADER), at(HEADER + 1), at(HEADER + 2))
        : Canvas.around(frame, left, top, width, height, 0, 0, 0);
  }

  /** Returns the position of the first frame's descriptor. */
  private int descriptor() throws IOException {
    int at = HEADER + (coloured() ? 3 * (2 << (at(10) & 7)) : 0);
    while (at(at) != FRAME) {
      if (at(at) != EXTENSION) {
        throw new IOException("a block must begin at byte " + at + ", got " + at(at));
      }
      at += 2;
      while (at(at) != 0) {
        at += 1 + at(at);
      }
      at++;
    }
    return at;
  }

  /** Returns whether there is a global palette. */
  private boolean coloured() throws IOException {
    return (at(10) & 0x80) != 0;
  }

  private int word(int at) throws IOException {
    return at(at) | (at(at + 1) << 8);
  }

  private int at(int index) throws IOException {
    if (index >= file.length) {
      throw new EOFException("the image is cut off");
    }
    return file[index] & 0xff;
  }
}
