package dev.finetune.zoo.download;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Thrown if a weight file cannot be downloaded or verified. The message explains how to install it
 * by hand.
 */
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
        "%s could not be downloaded: %s. To install it by hand, download %s (%s %s) and save it"
            + " as %s, or name a copy as the weight file.",
        file.name(),
        reason,
        file.source(),
        file.algorithm(),
        file.hash(),
        cache.resolve(file.name()));
  }
}
