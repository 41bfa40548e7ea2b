package dev.finetune.examples;

import dev.finetune.zoo.download.DownloadOptions;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that chooses the directory of downloaded weight files. */
final class DownloadOption {

  private static final String NAME = "--download-cache";

  @Option(
      names = NAME,
      paramLabel = "DIR",
      description =
          "The directory of downloaded weight files (default: $FINETUNE_CACHE, or"
              + " ~/.cache/finetune).")
  private @Nullable Path directory;

  /** Returns the settings of the environment, with the directory if one is given. */
  DownloadOptions options() throws IOException {
    DownloadOptions environment = environment();
    return directory == null
        ? environment
        : environment.cache(PathChecks.outputDirectory(NAME, directory));
  }

  private static DownloadOptions environment() {
    try {
      return DownloadOptions.fromEnvironment();
    } catch (IllegalArgumentException e) {
      throw WrongCall.together(e);
    }
  }
}
