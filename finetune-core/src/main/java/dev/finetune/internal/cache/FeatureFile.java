package dev.finetune.internal.cache;

import com.google.common.hash.HashCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The features of many images in one file: a header and records of equal size, each with the key of
 * its image and a checksum. Records are only appended. A truncated record at the end, left by a
 * killed process, is overwritten. A record with a wrong checksum is ignored.
 *
 * <p>A caller of {@link #open} or {@link #append}, and of {@link #scan} on a file that it appends
 * to, must hold {@link SetLock.Computing}. Reading needs no lock: a record that another process is
 * writing has a wrong checksum until it is whole.
 */
final class FeatureFile implements Records {

  private static final byte[] MAGIC = "FTFEAT01".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER = 64;
  private static final int FOOTER = 64;
  private static final int KEY = 32;
  private static final long SEGMENT = 1 << 30;

  private final RecordLayout layout;
  private final FileChannel channel;
  private final ByteBuffer scratch;
  private final Map<HashCode, ByteBuffer> records = new ConcurrentHashMap<>();
  private boolean begun;
  private long known;

  private FeatureFile(RecordLayout layout, FileChannel channel) {
    this.layout = layout;
    this.channel = channel;
    this.scratch = ByteBuffer.allocateDirect(recordBytes(layout)).order(ByteOrder.LITTLE_ENDIAN);
    this.known = HEADER;
  }

  /** Returns the size of a record in bytes. */
  static int recordBytes(RecordLayout layout) {
    return layout.payloadBytes() + FOOTER;
  }

  /** Opens or creates a file and finds its complete records. */
  static FeatureFile open(Path file, RecordLayout layout) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      FeatureFile opened = new FeatureFile(layout, channel);
      opened.begin();
      opened.scan();
      return opened;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Opens an existing file to read it, and finds its complete records. */
  static FeatureFile openToRead(Path file, RecordLayout layout) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      FeatureFile opened = new FeatureFile(layout, channel);
      opened.scan();
      return opened;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Writes the header of a new file, or of one whose process was killed while it wrote it. */
  private void begin() throws IOException {
    if (!hasHeader()) {
      // There are no records yet.
      channel.truncate(0);
      writeFully(header(), 0);
    }
  }

  private boolean hasHeader() throws IOException {
    ByteBuffer found = ByteBuffer.allocate(HEADER);
    readFully(found, 0);
    return found.flip().equals(header());
  }

  private ByteBuffer header() {
    return ByteBuffer.allocate(HEADER)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .putInt(recordBytes(layout))
        .rewind();
  }

  /** Maps and checks the records that were appended since the last scan. */
  @Override
  public void scan() throws IOException {
    // The writer of a file that is only read may not have come to the end of the header.
    begun = begun || hasHeader();
    if (!begun) {
      return;
    }
    int recordBytes = recordBytes(layout);
    long whole = (channel.size() - HEADER) / recordBytes * recordBytes + HEADER;
    long perSegment = Math.max(1, SEGMENT / recordBytes) * recordBytes;
    for (long from = known; from < whole; from += perSegment) {
      long length = Math.min(perSegment, whole - from);
      MappedByteBuffer segment = channel.map(FileChannel.MapMode.READ_ONLY, from, length);
      for (int at = 0; at < length; at += recordBytes) {
        ByteBuffer record = segment.slice(at, recordBytes).order(ByteOrder.LITTLE_ENDIAN);
        if (record.getInt(layout.payloadBytes() + KEY) == checksum(record)) {
          byte[] key = new byte[KEY];
          record.get(layout.payloadBytes(), key);
          records.put(HashCode.fromBytes(key), record);
        }
      }
    }
    known = Math.max(known, whole);
  }

  /** Returns the CRC-32C of the values and the key. */
  private int checksum(ByteBuffer record) {
    CRC32C checksum = new CRC32C();
    checksum.update(record.slice(0, layout.payloadBytes() + KEY));
    return (int) checksum.getValue();
  }

  @Override
  public Set<HashCode> images() {
    return records.keySet();
  }

  /**
   * Returns the features of an image, one buffer per output. Float32 buffers are views of the
   * mapped file.
   *
   * @throws IllegalStateException if there are none
   */
  @Override
  public FloatBuffer[] read(HashCode key) {
    @Nullable ByteBuffer record = records.get(key);
    if (record == null) {
      throw new IllegalStateException("Features must be stored before they are read, got " + key);
    }
    return layout.decode(record);
  }

  @Override
  public void append(HashCode key, float[][] outputs) throws IOException {
    int recordBytes = recordBytes(layout);
    long end = (channel.size() - HEADER) / recordBytes * recordBytes + HEADER;
    scratch.clear();
    layout.encode(outputs, scratch);
    scratch.put(key.asBytes());
    scratch.putInt(0).rewind();
    scratch.putInt(layout.payloadBytes() + KEY, checksum(scratch));
    writeFully(scratch.clear(), end);
  }

  private void writeFully(ByteBuffer bytes, long at) throws IOException {
    long to = at;
    while (bytes.hasRemaining()) {
      to += channel.write(bytes, to);
    }
  }

  private void readFully(ByteBuffer bytes, long at) throws IOException {
    long from = at;
    int count;
    while (bytes.hasRemaining() && (count = channel.read(bytes, from)) > 0) {
      from += count;
    }
  }

  /** Closes the file. Buffers that were read stay valid. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
