package dev.finetune.zoo.internal.torch;

import dev.finetune.data.UnreadableFileException;
import dev.finetune.zoo.internal.pickle.Pickle;
import dev.finetune.zoo.internal.zip.CheckedZip;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The storages of a zip, each an entry. PyTorch does not compress them. */
final class ZipStorages implements TorchFile.Storages {

  private static final String PICKLE = "data.pkl";
  private static final String BYTE_ORDER = "byteorder";

  /** The most bytes of a compressed pickle. */
  private static final long MAX_PICKLE = 1L << 27;

  /** What a compressed storage may always have, so that small parts of storages can be read. */
  private static final long FREE = 1L << 24;

  private static final int MAX_WORD = 64;

  private final CheckedZip zip;
  private final String root;
  private final ByteOrder order;

  private ZipStorages(CheckedZip zip, String root, ByteOrder order) {
    this.zip = zip;
    this.root = root;
    this.order = order;
  }

  /** Reads the descriptions of the tensors. */
  static Contents contents(Path file) throws IOException {
    try (CheckedZip zip = CheckedZip.open(file)) {
      byte[] pickle = zip.read(root(zip, file) + PICKLE, MAX_PICKLE);
      return Contents.of(
          Pickle.read(new ByteArrayInputStream(pickle), file.toString()), file.toString());
    }
  }

  static ZipStorages open(Path file) throws IOException {
    CheckedZip zip = CheckedZip.open(file);
    try {
      String root = root(zip, file);
      return new ZipStorages(zip, root, order(zip, root, file));
    } catch (IOException e) {
      zip.close();
      throw e;
    }
  }

  /** Returns the folder in the zip that contains all entries. */
  private static String root(CheckedZip zip, Path file) throws UnreadableFileException {
    List<String> pickles =
        zip.names().stream().filter(n -> n.equals(PICKLE) || n.endsWith("/" + PICKLE)).toList();
    if (pickles.size() != 1) {
      throw new UnreadableFileException(
          file.toString(),
          "",
          "the zip must have exactly one entry " + PICKLE + ", got " + pickles.size());
    }
    return pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
  }

  /** Returns the byte order. Files before PyTorch 2.1 do not state it and are little-endian. */
  private static ByteOrder order(CheckedZip zip, String root, Path file) throws IOException {
    if (!zip.has(root + BYTE_ORDER)) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    String order = new String(zip.read(root + BYTE_ORDER, MAX_WORD), StandardCharsets.UTF_8);
    return switch (order) {
      case "little" -> ByteOrder.LITTLE_ENDIAN;
      case "big" -> ByteOrder.BIG_ENDIAN;
      default ->
          throw new UnreadableFileException(
              file.toString(), "entry " + root + BYTE_ORDER, "must be little or big, got " + order);
    };
  }

  @Override
  public ByteBuffer bytes(String key, long span) throws IOException {
    return ByteBuffer.wrap(zip.read(root + "data/" + key, Math.max(span, FREE))).order(order);
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
