package dev.finetune.zoo.weights;

import dev.finetune.zoo.internal.zip.CheckedZip;
import java.io.Closeable;
import java.io.IOException;
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
record KerasFile(List<StoredModel> models, String config, Closeable content) implements Closeable {

  /** The entry of a {@code .keras} file that contains the weights. */
  static final String WEIGHTS = "model.weights.h5";

  /** The most bytes of compressed entries. Keras does not compress the weights. */
  private static final long MAX_WEIGHTS = 1L << 27;

  private static final long MAX_CONFIG = 1L << 24;

  private static final String CONFIG = "config.json";

  KerasFile {
    models = List.copyOf(models);
  }

  /** Creates the content of a file in memory. */
  static KerasFile of(List<StoredModel> models, String config) {
    return new KerasFile(models, config, () -> {});
  }

  /**
   * Opens a file of one of Keras' formats.
   *
   * @throws dev.finetune.data.UnreadableFileException if its content cannot be used
   * @throws IOException if it cannot be read
   */
  static KerasFile open(Path file, WeightFormat format) throws IOException {
    if (format == WeightFormat.KERAS_H5) {
      return KerasH5.open(file);
    } else if (format == WeightFormat.KERAS_SHARDS) {
      return KerasShards.open(file);
    }
    try (CheckedZip zip = CheckedZip.open(file)) {
      KerasFile content =
          KerasH5.open(zip.read(WEIGHTS, MAX_WEIGHTS), new H5Source(file.toString(), WEIGHTS));
      return zip.has(CONFIG)
          ? content.withConfig(new String(zip.read(CONFIG, MAX_CONFIG), StandardCharsets.UTF_8))
          : content;
    }
  }

  KerasFile withConfig(String other) {
    return new KerasFile(models, other, content);
  }

  @Override
  public void close() throws IOException {
    content.close();
  }
}
