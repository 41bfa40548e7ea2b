package dev.finetune.datasets.decode;

import dev.finetune.image.Pixels;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;

/**
 * Reads BMP images: those of Windows with a header of any version, and those of OS/2. Samples of
 * fewer than 8 bits are scaled to 255 and rounded down, as Pillow does. Rows are stored from the
 * bottom, unless the height is negative.
 */
final class BmpReader {

  private static final int HEADER = 14;

  /** The size of the oldest header, which has sides of 16 bits and palettes of 3 bytes a colour. */
  private static final int CORE = 12;

  /** Where the masks are: in longer headers, or after one of 40 bytes. */
  private static final int MASKS = HEADER + 40;

  private static final Set<Integer> HEADERS = Set.of(CORE, 16, 40, 52, 56, 64, 108, 124);

  /** Pillow's limit: no image has more, but a damaged header can say so. */
  private static final long MOST_COLOURS = 65536;

  private static final int PLAIN = 0;
  private static final int RUNS_OF_BYTES = 1;
  private static final int RUNS_OF_NIBBLES = 2;
  private static final int BITFIELDS = 3;
  private static final int BITFIELDS_WITH_ALPHA = 6;

  private static final int[] MASKS_16 = {0x7c00, 0x3e0, 0x1f};
  private static final int[] MASKS_24 = {0xff0000, 0xff00, 0xff};

  private final ByteBuffer file;
  private final PixelLimit limit;
  private final int size;
  private final int width;
  private final int height;
  private final boolean fromTop;
  private final int bits;
  private final int compression;
  private final DecodeTime time = DecodeTime.start();

  /**
   * Reads the header.
   *
   * @throws IOException if the file is damaged or has too many pixels
   */
  BmpReader(byte[] bytes, PixelLimit limit) throws IOException {
    this.file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.limit = limit;
    requireLength(HEADER + Integer.BYTES);
    size = file.getInt(HEADER);
    if (!HEADERS.contains(size)) {
      throw new IOException(
          "the header must have 12, 16, 40, 52, 56, 64, 108 or 124 bytes, got "
              + Integer.toUnsignedString(size));
    }
    requireLength(HEADER + size);
    int rows;
    if (size == CORE) {
      width = file.getShort(18) & 0xffff;
      rows = file.getShort(20) & 0xffff;
      bits = file.getShort(24) & 0xffff;
    } else {
      width = file.getInt(18);
      rows = file.getInt(22);
      bits = file.getShort(28) & 0xffff;
    }
    compression = field(30);
    fromTop = rows < 0;
    height = fromTop ? -rows : rows; // the smallest number stays negative, and is refused
  }

  /** Returns a number of the header; 0 if the header ends before. */
  private int field(int at) {
    return at + Integer.BYTES <= HEADER + size ? file.getInt(at) : 0;
  }

  /**
   * Reads the image.
   *
   * @throws IOException if the file is damaged or has too many pixels
   */
  Pixels read() throws IOException {
    limit.require(width, height);
    boolean runs =
        (bits == 8 && compression == RUNS_OF_BYTES)
            || (bits == 4 && compression == RUNS_OF_NIBBLES);
    boolean masked = compression == BITFIELDS || compression == BITFIELDS_WITH_ALPHA;
    boolean known =
        switch (bits) {
          case 1, 2, 4, 8 -> runs || compression == PLAIN;
          case 16, 24, 32 -> masked || compression == PLAIN;
          default -> false;
        };
    if (!known) {
      throw new IOException(
          "pixels must have 1, 2, 4, 8, 16, 24 or 32 bits, with runs or bit fields where they are"
              + " allowed, got "
              + bits
              + " bits and compression "
              + Integer.toUnsignedString(compression));
    }
    if (bits > 8) {
      Colours colours = new Colours(masks(masked));
      int first = firstPixel(HEADER + size);
      requireRows(first);
      return DecodeMemory.within(width, height, () -> coloured(first, colours));
    }
    int entry = size == CORE ? 3 : Integer.BYTES;
    long said = Integer.toUnsignedLong(field(46));
    if (said > MOST_COLOURS) {
      throw new IOException("the palette must have at most 65,536 colours, got " + said);
    }
    int all = said == 0 ? 1 << bits : (int) said;
    int palette = HEADER + size;
    int first = firstPixel(palette + all * entry);
    // Some files have fewer colours than they say, or than their bits allow.
    int colours = Math.min(Math.min(all, 1 << bits), (first - palette) / entry);
    if (!runs) {
      requireRows(first);
    }
    return DecodeMemory.within(
        width, height, () -> indexed(runs ? runs(first) : rows(first), palette, entry, colours));
  }

  /**
   * Returns where the pixels begin.
   *
   * @param usual where they begin if the file does not say so, or says that there is no palette
   */
  private int firstPixel(int usual) throws IOException {
    long said = Integer.toUnsignedLong(file.getInt(10));
    long first = said == 0 || said == HEADER + size ? usual : said;
    if (first < HEADER + size || first >= file.capacity()) {
      throw new IOException(
          "the pixels must begin after the header and within the "
              + file.capacity()
              + " bytes of the file, got byte "
              + first);
    }
    return (int) first;
  }

  private int stride() {
    return (int) (((long) width * bits + 31) / 32 * 4);
  }

  /** Checks that there are as many bytes as the header says, before memory is taken for them. */
  private void requireRows(int first) throws IOException {
    long last = ((long) width * bits + 7) / 8; // the last row may lack what fills it up
    requireLength(first + (height - 1L) * stride() + last);
  }

  private void requireLength(long least) throws IOException {
    if (file.capacity() < least) {
      throw new EOFException(
          "the image is cut off: it has " + file.capacity() + " of at least " + least + " bytes");
    }
  }

  /** Returns which row of the image is stored at a place. */
  private int row(int stored) {
    return fromTop ? stored : height - 1 - stored;
  }

  // Colours

  private int[] masks(boolean masked) throws IOException {
    int[] usual = bits == Short.SIZE ? MASKS_16 : MASKS_24;
    if (!masked) {
      return usual;
    }
    requireLength(MASKS + 3 * Integer.BYTES);
    int[] masks = new int[3];
    for (int i = 0; i < 3; i++) {
      masks[i] = file.getInt(MASKS + i * Integer.BYTES);
    }
    return (masks[0] | masks[1] | masks[2]) == 0 ? usual : masks;
  }

  /** The bits of red, green and blue in a pixel. */
  private static final class Colours {

    private final long[] most = new long[3];
    private final int[] shifts = new int[3];

    Colours(int[] masks) throws IOException {
      for (int i = 0; i < 3; i++) {
        shifts[i] = masks[i] == 0 ? 0 : Integer.numberOfTrailingZeros(masks[i]);
        most[i] = Integer.toUnsignedLong(masks[i]) >> shifts[i];
        if ((most[i] & (most[i] + 1)) != 0) {
          throw new IOException(
              "the bits of a colour must be next to each other, got the mask "
                  + Integer.toHexString(masks[i]));
        }
      }
    }

    float value(int channel, long pixel) {
      long largest = most[channel];
      long sample = (pixel >> shifts[channel]) & largest;
      if (largest > 255) {
        return (float) (sample * 255.0 / largest);
      }
      long value = largest == 0 ? 0 : sample * 255 / largest;
      return value;
    }
  }

  private Pixels coloured(int first, Colours colours) throws IOException {
    float[] planes = new float[3 * width * height];
    int area = width * height;
    int bytes = bits / Byte.SIZE;
    for (int stored = 0; stored < height; stored++) {
      time.require();
      int at = first + stored * stride();
      int to = row(stored) * width;
      for (int x = 0; x < width; x++) {
        long pixel = 0;
        for (int i = 0; i < bytes; i++) {
          pixel |= (file.get(at++) & 0xffL) << (Byte.SIZE * i);
        }
        for (int channel = 0; channel < 3; channel++) {
          planes[channel * area + to + x] = colours.value(channel, pixel);
        }
      }
    }
    return Pixels.ofPlanes(height, width, planes).inBytes();
  }

  // Palettes

  /** Returns the indices of plain pixels, in the order in which they are stored. */
  private byte[] rows(int first) throws IOException {
    byte[] indices = new byte[width * height];
    int perByte = Byte.SIZE / bits;
    for (int stored = 0; stored < height; stored++) {
      time.require();
      int at = first + stored * stride();
      for (int x = 0; x < width; x++) {
        int shift = Byte.SIZE - bits * (1 + x % perByte);
        indices[stored * width + x] =
            (byte) ((file.get(at + x / perByte) >> shift) & ((1 << bits) - 1));
      }
    }
    return indices;
  }

  /**
   * Returns the indices of pixels in runs, in the order in which they are stored. Pixels that are
   * passed over have index 0.
   */
  private byte[] runs(int first) throws IOException {
    byte[] indices = new byte[width * height];
    int at = first;
    int x = 0;
    int y = 0;
    while (y < height && (y < height - 1 || x < width)) {
      int count = at(at);
      int value = at(at + 1);
      at += 2;
      if (count > 0) {
        int shown = Math.min(count, width - x); // some writers fill rows up with longer runs
        for (int i = 0; i < shown; i++) {
          indices[y * width + x++] = (byte) (bits == 8 ? value : i % 2 == 0 ? value >> 4 : value);
        }
      } else if (value == 0) {
        x = 0;
        y++;
        time.require();
      } else if (value == 1) {
        throw new EOFException("the image is cut off: its pixels end in row " + y);
      } else if (value == 2) {
        x += at(at);
        y += at(at + 1);
        at += 2;
        requireInRow(x, 0);
      } else {
        requireInRow(x, value);
        for (int i = 0; i < value; i++) {
          int pair = at(at + (bits == 8 ? i : i / 2));
          indices[y * width + x++] = (byte) (bits == 8 || i % 2 != 0 ? pair : pair >> 4);
        }
        int bytes = bits == 8 ? value : (value + 1) / 2;
        at += bytes + bytes % 2;
      }
    }
    if (bits == 4) {
      for (int i = 0; i < indices.length; i++) {
        indices[i] &= 0xf;
      }
    }
    return indices;
  }

  private void requireInRow(int x, int count) throws IOException {
    if (x + count > width) {
      throw new IOException(
          "a run must end within the " + width + " pixels of its row, got " + (x + count));
    }
  }

  private int at(int index) throws IOException {
    if (index >= file.capacity()) {
      throw new EOFException("the image is cut off");
    }
    return file.get(index) & 0xff;
  }

  private Pixels indexed(byte[] indices, int palette, int entry, int colours) throws IOException {
    byte[] planes = new byte[3 * width * height];
    int area = width * height;
    for (int stored = 0; stored < height; stored++) {
      time.require();
      int to = row(stored) * width;
      for (int x = 0; x < width; x++) {
        int index = indices[stored * width + x] & 0xff;
        PaletteIndex.require(index, colours);
        for (int channel = 0; channel < 3; channel++) { // blue is first
          planes[channel * area + to + x] = file.get(palette + index * entry + 2 - channel);
        }
      }
    }
    return Pixels.ofBytes(height, width, planes);
  }
}
