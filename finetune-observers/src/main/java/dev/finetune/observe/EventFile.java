package dev.finetune.observe;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A file of TensorBoard events. Events are the messages of TensorFlow's {@code event.proto} and
 * {@code summary.proto}, framed as records of a TFRecord file.
 */
final class EventFile {

  /** The version that TensorBoard requires in the first event. */
  private static final String VERSION = "brain.Event:2";

  // Field numbers of Event.
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int SESSION_LOG = 7;

  // Of Summary, and of Summary.Value.
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;

  // Of SessionLog, and its value START.
  private static final int STATUS = 1;
  private static final int START = 1;

  /** The constant that TFRecord files add to checksums, as these may be checksummed again. */
  private static final int MASK = 0xa282ead8;

  /** Fields of a message. */
  @FunctionalInterface
  private interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private final Path path;
  private final InstantSource clock;

  private EventFile(Path path, InstantSource clock) {
    this.path = path;
    this.clock = clock;
  }

  /**
   * Creates a file in a folder, and the folder if it does not exist.
   *
   * @throws UncheckedIOException if the file cannot be written
   */
  static EventFile create(Path folder, InstantSource clock) {
    try {
      Files.createDirectories(folder);
      EventFile file = new EventFile(newFile(folder, clock.instant()), clock);
      file.event(out -> out.writeString(FILE_VERSION, VERSION));
      return file;
    } catch (IOException e) {
      throw AppendedFile.failed(folder, e);
    }
  }

  /**
   * TensorBoard requires "tfevents" in a name, and reads the files of a folder in the order of
   * their names.
   */
  private static Path newFile(Path folder, Instant now) throws IOException {
    for (int number = 0; ; number++) {
      String name =
          String.format(
              "events.out.tfevents.%010d.finetune.%d.%d",
              now.getEpochSecond(), ProcessHandle.current().pid(), number);
      try {
        return Files.createFile(folder.resolve(name));
      } catch (FileAlreadyExistsException e) {
        // Another training began in the same second.
      }
    }
  }

  /**
   * Marks the start of a training. TensorBoard then drops what earlier files of the folder have
   * from this step on.
   */
  void start(long step) {
    event(
        out -> {
          out.writeInt64(STEP, step);
          out.writeByteArray(SESSION_LOG, message(log -> log.writeEnum(STATUS, START)));
        });
  }

  /** Adds a point to the curve of each tag. */
  void scalars(long step, Map<String, Double> values) {
    event(
        out -> {
          out.writeInt64(STEP, step);
          out.writeByteArray(SUMMARY, message(summary -> values(summary, values)));
        });
  }

  private static void values(CodedOutputStream summary, Map<String, Double> values)
      throws IOException {
    for (Map.Entry<String, Double> entry : values.entrySet()) {
      byte[] value =
          message(
              out -> {
                out.writeString(TAG, entry.getKey());
                out.writeFloat(SIMPLE_VALUE, entry.getValue().floatValue());
              });
      summary.writeByteArray(VALUE, value);
    }
  }

  private void event(Fields fields) {
    Instant now = clock.instant();
    byte[] event =
        message(
            out -> {
              out.writeDouble(WALL_TIME, now.getEpochSecond() + now.getNano() / 1e9);
              fields.writeTo(out);
            });
    AppendedFile.append(path, record(event));
  }

  private static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      fields.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Returns a TFRecord: length, checksum of the length, data, checksum of the data. */
  private static byte[] record(byte[] data) {
    ByteBuffer record =
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES + data.length + Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record.putInt(maskedChecksum(record.array(), Long.BYTES));
    record.put(data);
    record.putInt(maskedChecksum(data, data.length));
    return record.array();
  }

  private static int maskedChecksum(byte[] bytes, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, length);
    return Integer.rotateRight((int) checksum.getValue(), 15) + MASK;
  }
}
