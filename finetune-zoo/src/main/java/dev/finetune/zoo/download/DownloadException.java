package dev.finetune.zoo.download;

import java.io.IOException;
import java.nio.file.Path;

/** A weight file that could not be got; says what to do by hand. */
public final class DownloadException extends IOException {

  private static final long serialVersionUID = 1L;

  DownloadException(WeightFile file, Path cache, String reason, Throwable cause) {
    super(message(file, cache, reason), cause);
  }

  DownloadException(WeightFile file, Path cache, String reason) {
    super(message(file, cache, reason));
  }

  private static String message(WeightFile file, Path cache, String reason) {
    return String.format(
        "%s could not be downloaded: %s. By hand: get %s (%s %s) and put it at %s, or name any"
            + " copy with weights(path).",
        file.name(),
        reason,
        file.source(),
        file.algorithm(),
        file.hash(),
        cache.resolve(file.name()));
  }
}
