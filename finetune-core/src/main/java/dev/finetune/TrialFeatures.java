package dev.finetune;

import static com.google.common.io.MoreFiles.deleteRecursively;
import static com.google.common.io.RecursiveDeleteOption.ALLOW_INSECURE;

import dev.finetune.train.FeatureCache;
import dev.finetune.train.TrainOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where trials store the features that they share: in the folder of their training options, or else
 * in a temporary one, which is created when it is needed and deleted in the end.
 */
final class TrialFeatures implements AutoCloseable {

  private @Nullable Path folder;

  /** Returns options with a folder for features. */
  TrainOptions stored(TrainOptions options) {
    return options.cache().directory().isPresent()
        ? options
        : options.cache(FeatureCache.at(folder()));
  }

  private Path folder() {
    Path created = folder;
    if (created == null) {
      try {
        created = Files.createTempDirectory("finetune-trials");
      } catch (IOException e) {
        throw new UncheckedIOException(
            "A search must be able to create a temporary folder for features", e);
      }
      folder = created;
    }
    return created;
  }

  @Override
  public void close() {
    if (folder != null) {
      try {
        deleteRecursively(folder, ALLOW_INSECURE);
      } catch (IOException e) {
        throw new UncheckedIOException(
            "The temporary folder of a search must be deletable, got " + folder, e);
      }
    }
  }
}
