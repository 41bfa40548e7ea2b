package dev.finetune.zoo.internal.keras;

import dev.finetune.zoo.internal.zip.CheckedZip;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * An open Keras file. The values of its tensors are read while it is open.
 *
 * @param models the whole model, then the models nested in it
 * @param config the configuration of the whole model in JSON; empty for a file of weights alone
 * @param content closes the file
 */
public record KerasFile(List<StoredModel> models, String config, Closeable content)
    implements Closeable {

  /** The entry of a {@code .keras} file that contains the weights. */
  public static final String WEIGHTS = "model.weights.h5";

  /** The most bytes of compressed entries. Keras does not compress the weights. */
  private static final long MAX_WEIGHTS = 1L << 27;

  private static final long MAX_CONFIG = 1L << 24;

  private static final String CONFIG = "config.json";

  /** Creates the content of a file. */
  public KerasFile {
    models = List.copyOf(models);
  }

  /** Creates the content of a file in memory. */
  public static KerasFile of(List<StoredModel> models, String config) {
    return new KerasFile(models, config, () -> {});
  }

  /**
   * Returns whether a file is an HDF5 file.
   *
   * @param start its first bytes
   */
  public static boolean isH5(byte[] start) {
    return H5Start.of(ByteBuffer.wrap(start)) >= 0;
  }

  /**
   * Opens an HDF5 file.
   *
   * @throws dev.finetune.data.UnreadableFileException if its content cannot be used
   * @throws IOException if it cannot be read
   */
  public static KerasFile openH5(Path file) throws IOException {
    return KerasH5.open(file);
  }

  /**
   * Opens a {@code .keras} file.
   *
   * @throws dev.finetune.data.UnreadableFileException if its content cannot be used
   * @throws IOException if it cannot be read
   */
  public static KerasFile openZip(Path file) throws IOException {
    try (CheckedZip zip = CheckedZip.open(file)) {
      KerasFile content =
          KerasH5.open(zip.read(WEIGHTS, MAX_WEIGHTS), new H5Source(file.toString(), WEIGHTS));
      return zip.has(CONFIG)
          ? content.withConfig(new String(zip.read(CONFIG, MAX_CONFIG), StandardCharsets.UTF_8))
          : content;
    }
  }

  /** Returns this content with another configuration. */
  public KerasFile withConfig(String other) {
    return new KerasFile(models, other, content);
  }

  @Override
  public void close() throws IOException {
    content.close();
  }
}
