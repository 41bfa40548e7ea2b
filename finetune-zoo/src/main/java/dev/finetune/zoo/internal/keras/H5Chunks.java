package dev.finetune.zoo.internal.keras;

import io.jhdf.api.Dataset;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.exceptions.HdfException;
import io.jhdf.filter.PipelineFilterWithData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A reader of data sets in chunks, which may be compressed with gzip or LZF. The HDF5 library only
 * finds the bytes of a chunk in the file: it verifies no checksums, takes zeros for a chunk that is
 * not there, and has no limit for what a chunk decompresses to.
 */
final class H5Chunks {

  private static final int DEFLATE = 1;
  private static final int SHUFFLE = 2;
  private static final int CHECKSUM = 3;
  private static final int LZF = 32000;

  private static final int CHECKSUM_BYTES = 4;

  private final H5Source source;
  private final ChunkedDataset dataset;
  private final List<PipelineFilterWithData> filters;
  private final int each;

  private H5Chunks(H5Source source, ChunkedDataset dataset) {
    this.source = source;
    this.dataset = dataset;
    this.filters = dataset.getFilters();
    this.each = dataset.getDataType().getSize();
  }

  /**
   * Reads a data set.
   *
   * @param bytes the size of all values
   * @throws IOException if it is not in chunks, is compressed in another way, has other sizes, or a
   *     chunk is damaged or missing
   */
  static ByteBuffer read(H5Source source, Dataset dataset, long bytes) throws IOException {
    String path = dataset.getPath();
    if (!(dataset instanceof ChunkedDataset chunked)) {
      throw source.refused(path, "a tensor must be in one piece or in chunks, got another layout");
    }
    H5Chunks chunks = new H5Chunks(source, chunked);
    chunks.requireKnownFilters();
    return chunks.read(Math.toIntExact(bytes));
  }

  private void requireKnownFilters() throws IOException {
    for (PipelineFilterWithData filter : filters) {
      int id = filter.getId();
      if (id != DEFLATE && id != SHUFFLE && id != CHECKSUM && id != LZF) {
        throw source.refused(
            dataset.getPath(),
            "a compressed tensor must be compressed with gzip or lzf, got " + filter.getName());
      }
    }
  }

  private ByteBuffer read(int bytes) throws IOException {
    long[] whole = dataset.getDimensionsAsLong();
    int[] chunk = dataset.getChunkDimensions();
    long size = each;
    for (int i = 0; i < chunk.length; i++) {
      if (chunk.length != whole.length || chunk[i] < 1 || chunk[i] > Math.max(1, whole[i])) {
        throw source.refused(
            dataset.getPath(),
            String.format(
                "the chunks of a tensor of the shape %s must not be larger than it, got %s",
                Arrays.toString(whole), Arrays.toString(chunk)));
      }
      size *= chunk[i];
    }
    byte[] values = new byte[bytes];
    int[] at = new int[chunk.length];
    boolean more = bytes > 0;
    while (more) {
      copy(decoded(at, Math.toIntExact(size)), at, values);
      int axis = chunk.length - 1;
      while (axis >= 0 && at[axis] + (long) chunk[axis] >= whole[axis]) {
        at[axis--] = 0;
      }
      more = axis >= 0;
      if (more) {
        at[axis] += chunk[axis];
      }
    }
    return ByteBuffer.wrap(values);
  }

  /** Copies the values of a chunk that are inside the tensor, in rows along the last axis. */
  private void copy(byte[] values, int[] at, byte[] target) {
    long[] whole = dataset.getDimensionsAsLong();
    int[] chunk = dataset.getChunkDimensions();
    int last = chunk.length - 1;
    int row = each * (int) Math.min(chunk[last], whole[last] - at[last]);
    for (int from = 0; from < values.length; from += each * chunk[last]) {
      int rest = from / each / chunk[last];
      long to = at[last];
      long step = whole[last];
      boolean inside = true;
      for (int axis = last - 1; axis >= 0; axis--) {
        int index = at[axis] + rest % chunk[axis];
        rest /= chunk[axis];
        inside &= index < whole[axis];
        to += index * step;
        step *= whole[axis];
      }
      if (inside) {
        System.arraycopy(values, from, target, Math.toIntExact(to * each), row);
      }
    }
  }

  /** Returns the values of a chunk. */
  private byte[] decoded(int[] at, int size) throws IOException {
    byte[] bytes = raw(at);
    for (int i = filters.size() - 1; i >= 0; i--) {
      PipelineFilterWithData filter = filters.get(i);
      // A checksum that was added before the compression is inside it.
      int inside =
          (int) filters.subList(0, i).stream().filter(f -> f.getId() == CHECKSUM).count()
              * CHECKSUM_BYTES;
      bytes =
          switch (filter.getId()) {
            case CHECKSUM -> verified(bytes, at);
            case DEFLATE -> inflated(bytes, size + inside, at);
            case LZF -> Lzf.decoded(bytes, size + inside);
            default -> unshuffled(bytes);
          };
    }
    if (bytes.length != size) {
      throw source.refused(
          dataset.getPath(),
          "a chunk must decompress to "
              + size
              + " bytes, got "
              + (bytes.length > size ? "more" : bytes.length)
              + " at "
              + Arrays.toString(at));
    }
    return bytes;
  }

  private byte[] raw(int[] at) throws IOException {
    ByteBuffer raw;
    try {
      raw = dataset.getRawChunkBuffer(at.clone());
    } catch (HdfException e) {
      throw source.refused(
          dataset.getPath(),
          "the file must have every chunk of a tensor, got none at " + Arrays.toString(at),
          e);
    }
    byte[] bytes = new byte[raw.remaining()];
    raw.get(bytes);
    return bytes;
  }

  /** Removes the checksum behind the bytes. */
  private byte[] verified(byte[] bytes, int[] at) throws IOException {
    int length = bytes.length - CHECKSUM_BYTES;
    if (length < 0 || checksum(bytes, length) != stored(bytes, length)) {
      throw source.refused(
          dataset.getPath(),
          "a chunk must have the values of its checksum, got others at " + Arrays.toString(at));
    }
    return Arrays.copyOf(bytes, length);
  }

  private static int stored(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
  }

  /** Returns Fletcher's checksum of words of 16 bits, whose high byte is the first. */
  private static int checksum(byte[] bytes, int length) {
    int first = 0;
    int second = 0;
    for (int i = 0; i < length; i += 2) {
      int high = Byte.toUnsignedInt(bytes[i]) << Byte.SIZE;
      first = folded(first + high + (i + 1 < length ? Byte.toUnsignedInt(bytes[i + 1]) : 0));
      second = folded(second + first);
    }
    return second << Short.SIZE | first;
  }

  private static int folded(int sum) {
    return (sum & 0xffff) + (sum >>> Short.SIZE);
  }

  private byte[] inflated(byte[] bytes, int most, int[] at) throws IOException {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(bytes);
      // One byte more than there may be.
      byte[] values = new byte[most + 1];
      int size = 0;
      int count = 1;
      while (count > 0 && size < values.length) {
        count = inflater.inflate(values, size, values.length - size);
        size += count;
      }
      return Arrays.copyOf(values, size);
    } catch (DataFormatException e) {
      throw source.refused(
          dataset.getPath(),
          "a chunk must be compressed with gzip, got other bytes at " + Arrays.toString(at),
          e);
    } finally {
      inflater.end();
    }
  }

  /** Sorts bytes by value: they are stored with all first bytes first, then all second ones. */
  private byte[] unshuffled(byte[] bytes) {
    int count = bytes.length / each;
    byte[] values = bytes.clone();
    for (int i = 0; i < count * each; i++) {
      values[i % count * each + i / count] = bytes[i];
    }
    return values;
  }
}
