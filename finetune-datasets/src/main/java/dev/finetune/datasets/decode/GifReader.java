package dev.finetune.datasets.decode;

import dev.finetune.image.Pixels;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/**
 * Reads the first frame of a GIF image on its canvas (GIF89a specification). As in Pillow, the
 * canvas grows if the frame does not fit, what the frame does not cover has its transparent colour
 * or else the first one, and indices are grey values if there is no palette.
 */
final class GifReader {

  private static final int HEADER = 13;
  private static final int EXTENSION = 0x21;
  private static final int CONTROL = 0xf9;
  private static final int FRAME = 0x2c;
  private static final int TRAILER = 0x3b;
  private static final int HAS_PALETTE = 0x80;
  private static final int INTERLACED = 0x40;

  /** The most codes of LZW, of 12 bits. */
  private static final int MOST_CODES = 1 << 12;

  /** To ask for the time takes longer than to decode a code. */
  private static final int CODES_BETWEEN_CHECKS = 1 << 14;

  /** The first row and the distance of rows of the four passes of an interlaced image. */
  private static final int[][] PASSES = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};

  private final byte[] file;
  private final PixelLimit limit;
  private final DecodeTime time = DecodeTime.start();

  /** The transparent index; negative without one. */
  private int transparent = -1;

  /** Where the palette begins, and how many colours it has; 0 without one. */
  private int palette;

  private int colours;

  GifReader(byte[] file, PixelLimit limit) {
    this.file = file;
    this.limit = limit;
  }

  /**
   * Reads the frame.
   *
   * @throws IOException if the file is damaged or has too many pixels
   */
  Pixels read() throws IOException {
    usePalette(at(10), HEADER);
    int descriptor = descriptor(HEADER + 3 * colours);
    int left = word(descriptor + 1);
    int top = word(descriptor + 3);
    int columns = word(descriptor + 5);
    int rows = word(descriptor + 7);
    limit.require(columns, rows);
    int width = Math.max(word(6), left + columns);
    int height = Math.max(word(8), top + rows);
    limit.require(width, height);
    int flags = at(descriptor + 9);
    int data = descriptor + 10;
    if ((flags & HAS_PALETTE) != 0) {
      usePalette(flags, data);
      data += 3 * colours;
    }
    int from = data;
    return DecodeMemory.within(
        width,
        height,
        () -> {
          byte[] frame = new Lzw(from).decode(new byte[columns * rows]);
          byte[] canvas = new byte[width * height];
          Arrays.fill(canvas, (byte) Math.max(0, transparent));
          int[] order = order(rows, (flags & INTERLACED) != 0);
          for (int y = 0; y < rows; y++) {
            System.arraycopy(frame, y * columns, canvas, (top + order[y]) * width + left, columns);
          }
          return coloured(canvas, width, height);
        });
  }

  /** Takes the palette that the flags announce, if any. */
  private void usePalette(int flags, int from) throws IOException {
    if ((flags & HAS_PALETTE) != 0) {
      palette = from;
      colours = 2 << (flags & 7);
      at(palette + 3 * colours - 1);
    }
  }

  /**
   * Returns the position of the first frame's descriptor, and takes the transparent index of the
   * last control extension before it.
   */
  private int descriptor(int from) throws IOException {
    int at = from;
    while (at(at) != FRAME) {
      if (at(at) == 0) {
        at++; // one more end of the blocks of an extension, as some writers leave
        continue;
      } else if (at(at) == TRAILER) {
        throw new EOFException("the file has no frame");
      }
      if (at(at) != EXTENSION) {
        throw new IOException("a block must begin at byte " + at + ", got " + at(at));
      }
      boolean control = at(at + 1) == CONTROL;
      at += 2;
      if (control && at(at) >= 4) {
        transparent = (at(at + 1) & 1) != 0 ? at(at + 4) : -1;
      }
      while (at(at) != 0) {
        at += 1 + at(at);
      }
      at++;
    }
    return at;
  }

  /** Returns the row of the image that each row of the data is. */
  private static int[] order(int rows, boolean interlaced) {
    int[] order = new int[rows];
    int stored = 0;
    for (int[] pass : interlaced ? PASSES : new int[][] {{0, 1}}) {
      for (int row = pass[0]; row < rows; row += pass[1]) {
        order[stored++] = row;
      }
    }
    return order;
  }

  private Pixels coloured(byte[] canvas, int width, int height) throws IOException {
    int area = canvas.length;
    byte[] planes = new byte[3 * area];
    for (int i = 0; i < area; i++) {
      int index = canvas[i] & 0xff;
      boolean beyond = colours > 0 && index >= colours;
      if (beyond && index != transparent) {
        PaletteIndex.require(index, colours);
      }
      if (!beyond) { // some writers give transparent pixels no colour, and Pillow black
        for (int channel = 0; channel < 3; channel++) {
          planes[channel * area + i] =
              colours == 0 ? (byte) index : file[palette + 3 * index + channel];
        }
      }
    }
    return Pixels.ofBytes(height, width, planes);
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

  /** The decompression of indices (GIF89a specification, appendix F), which lie in blocks. */
  private final class Lzw {

    private final int rootBits;
    private int at;
    private int left;
    private int buffer;
    private int buffered;

    /** The string of a code is that of another code and one more index. */
    private final short[] before = new short[MOST_CODES];

    private final short[] last = new short[MOST_CODES];
    private final short[] first = new short[MOST_CODES];
    private final short[] lengths = new short[MOST_CODES];

    Lzw(int from) throws IOException {
      rootBits = at(from);
      if (rootBits < 1 || rootBits > 11) { // more than 8 only if most codes are not used
        throw new IOException("the smallest codes must have 1 to 11 bits, got " + rootBits);
      }
      at = from + 1;
      for (int i = 0; i < 1 << rootBits; i++) {
        last[i] = (short) i;
        first[i] = (short) i;
        lengths[i] = 1;
      }
    }

    /** Fills the indices. Codes after the last of them are not read. */
    byte[] decode(byte[] indices) throws IOException {
      int clear = 1 << rootBits;
      int next = clear + 2;
      int bits = rootBits + 1;
      int previous = -1;
      int done = 0;
      for (int codes = 0; done < indices.length; codes++) {
        if (codes % CODES_BETWEEN_CHECKS == 0) {
          time.require();
        }
        int code = code(bits);
        if (code == clear) {
          next = clear + 2;
          bits = rootBits + 1;
          previous = -1;
          continue;
        }
        if (code == clear + 1) {
          throw new EOFException(
              "the image is cut off: it has " + done + " of " + indices.length + " pixels");
        }
        if (code > next
            || (code >= clear && previous < 0)
            || (code == next && next == MOST_CODES)) {
          throw new IOException("a code must be at most " + (next - 1) + ", got " + code);
        }
        if (previous >= 0 && next < MOST_CODES) {
          before[next] = (short) previous;
          first[next] = first[previous];
          last[next] = first[code == next ? previous : code];
          lengths[next] = (short) (lengths[previous] + 1);
          if (next == (1 << bits) - 1 && bits < 12) {
            bits++;
          }
          next++;
        }
        int end = done + lengths[code];
        for (int i = end - 1, part = code; i >= done; i--) {
          if (i < indices.length) { // what does not fit is left out
            indices[i] = index(last[part]);
          }
          part = before[part];
        }
        done = end;
        previous = code;
      }
      return indices;
    }

    private byte index(short value) throws IOException {
      if (value > 255) {
        throw new IOException("a pixel must have one of at most 256 colours, got " + value);
      }
      return (byte) value;
    }

    private int code(int bits) throws IOException {
      while (buffered < bits) {
        if (left == 0) {
          left = at(at++);
          if (left == 0) {
            throw new EOFException("the image is cut off: its data ends within its pixels");
          }
        }
        buffer |= at(at++) << buffered;
        buffered += Byte.SIZE;
        left--;
      }
      int code = buffer & ((1 << bits) - 1);
      buffer >>>= bits;
      buffered -= bits;
      return code;
    }
  }
}
