package dev.finetune.internal.dl4j;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.nd4j.common.primitives.Triple;
import org.nd4j.linalg.api.buffer.BaseDataBuffer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The head of the entry of a Deeplearning4j zip that has the parameters: ND4J's array of one row.
 * First comes a buffer with the array's rank, shape and so on, then one with its values, each
 * behind its own length.
 */
final class Coefficients {

  static final String ENTRY = "coefficients.bin";

  /** Rank, shape and strides of at most 32 dimensions, and what is behind them. */
  private static final int LONGEST_SHAPE = 2 * 32 + 4;

  private Coefficients() {}

  /**
   * How many values there are.
   *
   * @throws IOException if there are none, or lengths and shape contradict each other
   */
  static long count(Path zip) throws IOException {
    try (ZipFile file = new ZipFile(zip.toFile())) {
      ZipEntry entry = file.getEntry(ENTRY);
      if (entry == null) {
        throw new IOException(zip + ": a Deeplearning4j zip has " + ENTRY);
      }
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(file.getInputStream(entry)))) {
        return count(in, entry.getSize(), zip);
      }
    } catch (ZipException e) {
      throw new IOException(zip + ": not a Deeplearning4j zip: " + e.getMessage(), e);
    }
  }

  private static long count(DataInputStream in, long bytes, Path zip) throws IOException {
    try {
      long shaped = shaped(in);
      Triple<DataBuffer.AllocationMode, Long, DataType> values = BaseDataBuffer.readHeader(in);
      long stored = values.getMiddle();
      if (shaped == stored && stored > 0 && stored <= bytes / values.getRight().width()) {
        return stored;
      }
      throw new IOException(
          String.format(
              "%s: the array in %s is damaged: its shape is of %d values, its length is %d, and the"
                  + " entry has %d bytes",
              zip, ENTRY, shaped, stored, bytes));
    } catch (RuntimeException e) {
      throw new IOException(zip + ": " + ENTRY + " does not begin with ND4J's header: " + e, e);
    }
  }

  /** The number of values by the array's shape; -1 if that makes no sense. */
  private static long shaped(DataInputStream in) throws IOException {
    Triple<DataBuffer.AllocationMode, Long, DataType> shape = BaseDataBuffer.readHeader(in);
    int length = (int) Math.min(LONGEST_SHAPE, shape.getMiddle());
    long[] info = new long[length];
    for (int i = 0; i < length; i++) {
      info[i] = in.readLong();
    }
    if (length < shape.getMiddle() || length == 0 || info[0] < 0 || info[0] >= length) {
      return -1;
    }
    long count = 1;
    for (int i = 1; i <= info[0]; i++) {
      count = Math.multiplyExact(count, info[i]);
    }
    return count;
  }
}
