package dev.finetune.zoo.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes pickles operation by operation, also such as no program writes. */
final class PickleBytes {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  PickleBytes() {
    op(0x80, 2);
  }

  PickleBytes op(int... operation) {
    for (int b : operation) {
      bytes.write(b);
    }
    return this;
  }

  PickleBytes op(char... operations) {
    for (char c : operations) {
      bytes.write(c);
    }
    return this;
  }

  PickleBytes text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return op('X').int32(utf8.length).raw(utf8);
  }

  PickleBytes global(String module, String name) {
    return op('c').raw((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
  }

  PickleBytes number(long value) {
    return op(0x8a, 8).int64(value);
  }

  PickleBytes int64(long value) {
    return raw(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }

  PickleBytes int32(int value) {
    return raw(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  PickleBytes raw(byte[] more) {
    bytes.writeBytes(more);
    return this;
  }

  /** Pushes a tuple of numbers. */
  PickleBytes numbers(long... values) {
    op('(');
    for (long value : values) {
      number(value);
    }
    return op('t');
  }

  /** Pushes a tensor of float32 in storage "0". */
  PickleBytes tensor(long offset, long[] shape, long[] strides) {
    global("torch._utils", "_rebuild_tensor_v2").op('(', '(').text("storage");
    global("torch", "FloatStorage").text("0").text("cpu").number(108).op('t', 'Q');
    return number(offset)
        .numbers(shape)
        .numbers(strides)
        .op(0x89)
        .global("collections", "OrderedDict")
        .op(')', 'R', 't', 'R');
  }

  byte[] stop() {
    op('.');
    return bytes.toByteArray();
  }

  /** Writes a PyTorch file with a pickle and a storage. */
  static Path zip(Path file, byte[] pickle, int storageBytes, boolean compressed)
      throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      put(zip, "archive/data.pkl", pickle, compressed);
      put(zip, "archive/data/0", new byte[storageBytes], compressed);
    }
    return file;
  }

  private static void put(ZipOutputStream zip, String name, byte[] content, boolean compressed)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    if (!compressed) {
      CRC32 crc = new CRC32();
      crc.update(content);
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(content.length);
      entry.setCrc(crc.getValue());
    }
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
