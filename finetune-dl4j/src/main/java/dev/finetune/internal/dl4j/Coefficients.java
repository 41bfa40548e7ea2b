package dev.finetune.internal.dl4j;

import dev.finetune.data.UnreadableFileException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.nd4j.common.primitives.Triple;
import org.nd4j.linalg.api.buffer.BaseDataBuffer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The header of the entry with the parameters in a Deeplearning4j zip, which is an ND4J array with
 * one row. A buffer with the array's rank, shape and strides comes first, then a buffer with its
 * values. Each buffer begins with its length.
 */
final class Coefficients {

  static final String ENTRY = "coefficients.bin";

  /** The longest first buffer: rank, shape and strides of 32 dimensions, and three more values. */
  private static final int LONGEST_SHAPE = 2 * 32 + 4;

  private Coefficients() {}

  /**
   * Returns the number of parameters in a zip, read from the header.
   *
   * @throws IOException if the entry is missing or empty, or its lengths and shape contradict each
   *     other
   */
  static long count(Path zip) throws IOException {
    try (ZipFile file = new ZipFile(zip.toFile())) {
      ZipEntry entry = file.getEntry(ENTRY);
      if (entry == null) {
        throw new UnreadableFileException(
            zip.toString(), "", "a Deeplearning4j zip must have the entry " + ENTRY);
      }
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(file.getInputStream(entry)))) {
        return count(in, entry.getSize(), zip);
      }
    } catch (ZipException e) {
      throw new UnreadableFileException(
          zip.toString(), "", "not a Deeplearning4j zip: " + e.getMessage(), e);
    }
  }

  private static long count(DataInputStream in, long bytes, Path zip) throws IOException {
    try {
      long shaped = shaped(in);
      Triple<DataBuffer.AllocationMode, Long, DataType> values = BaseDataBuffer.readHeader(in);
      long stored = values.getMiddle();
      if (!values.getRight().isFPType()) {
        throw new UnreadableFileException(
            zip.toString(),
            "entry " + ENTRY,
            "the values must be floating-point numbers, got " + values.getRight());
      }
      if (shaped == stored && stored > 0 && stored <= bytes / values.getRight().width()) {
        return stored;
      }
      throw new UnreadableFileException(
          zip.toString(),
          "entry " + ENTRY,
          String.format(
              "is damaged: the array's shape has %d values, its length is %d, and the"
                  + " entry has %d bytes",
              shaped, stored, bytes));
    } catch (EOFException | UTFDataFormatException | RuntimeException e) {
      throw new UnreadableFileException(
          zip.toString(), "entry " + ENTRY, "must begin with an ND4J array's header: " + e, e);
    }
  }

  /** Returns the number of values according to the array's shape; -1 if the shape is not valid. */
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
    long last = 0;
    int rank = (int) info[0];
    for (int i = 1; i <= rank && length == 2 * rank + 4; i++) {
      count = Math.multiplyExact(count, info[i]);
      last = Math.addExact(last, Math.multiplyExact(info[i] - 1, info[rank + i]));
      if (info[i] < 1 || info[rank + i] < 0) {
        return -1;
      }
    }
    // ND4J's native code reads wherever strides lead it.
    boolean within = length == 2 * rank + 4 && last < count && Math.abs(info[2 * rank + 2]) <= 1;
    return within ? count : -1;
  }
}
