package dev.finetune.zoo.weights;

import io.jhdf.api.Dataset;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.dataset.DatasetBase;
import io.jhdf.filter.PipelineFilterWithData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A reader of data sets in chunks, which may be compressed with gzip. A chunk that would decompress
 * to more than its size is found before the HDF5 library decompresses it.
 */
final class H5Chunks {

  private static final int DEFLATE = 1;
  private static final int SHUFFLE = 2;
  private static final int CHECKSUM = 3;

  private H5Chunks() {}

  /**
   * Reads a data set.
   *
   * @param bytes the size of all values
   * @throws IOException if it is not in chunks, is compressed in another way, or has other sizes
   */
  static ByteBuffer read(H5Source source, Dataset dataset, long bytes) throws IOException {
    String path = dataset.getPath();
    if (!(dataset instanceof ChunkedDataset chunked)) {
      throw source.refused(path, "a tensor must be in one piece or in chunks, got another layout");
    }
    boolean deflated = false;
    for (PipelineFilterWithData filter : dataset.getFilters()) {
      deflated |= filter.getId() == DEFLATE;
      if (filter.getId() != DEFLATE && filter.getId() != SHUFFLE && filter.getId() != CHECKSUM) {
        throw source.refused(
            path, "a compressed tensor must be compressed with gzip, got " + filter.getName());
      }
    }
    long[] whole = dataset.getDimensionsAsLong();
    int[] chunk = chunked.getChunkDimensions();
    long size = dataset.getDataType().getSize();
    for (int i = 0; i < chunk.length; i++) {
      if (chunk.length != whole.length || chunk[i] < 1 || chunk[i] > Math.max(1, whole[i])) {
        throw source.refused(
            path,
            String.format(
                "the chunks of a tensor of the shape %s must not be larger than it, got %s",
                Arrays.toString(whole), Arrays.toString(chunk)));
      }
      size *= chunk[i];
    }
    if (deflated && bytes > 0) {
      requireSize(source, chunked, whole, size);
    }
    return ((DatasetBase) dataset).getDataBuffer();
  }

  private static void requireSize(H5Source source, ChunkedDataset dataset, long[] whole, long size)
      throws IOException {
    int[] chunk = dataset.getChunkDimensions();
    int[] at = new int[chunk.length];
    while (true) {
      if (inflated(dataset.getRawChunkBuffer(at.clone()), size) > size) {
        throw source.refused(
            dataset.getPath(),
            "a chunk must decompress to " + size + " bytes, got more at " + Arrays.toString(at));
      }
      int axis = chunk.length - 1;
      while (axis >= 0 && at[axis] + (long) chunk[axis] >= whole[axis]) {
        at[axis--] = 0;
      }
      if (axis < 0) {
        return;
      }
      at[axis] += chunk[axis];
    }
  }

  /** Returns the decompressed size, or a larger one than {@code most} if it is larger. */
  private static long inflated(ByteBuffer raw, long most) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(raw);
      byte[] part = new byte[8192];
      long size = 0;
      while (size <= most && !inflater.finished()) {
        // A checksum behind the compressed data is not part of them.
        int count = inflater.inflate(part);
        if (count == 0) {
          return size;
        }
        size += count;
      }
      return size;
    } catch (DataFormatException e) {
      return 0; // the HDF5 library reports it
    } finally {
      inflater.end();
    }
  }
}
