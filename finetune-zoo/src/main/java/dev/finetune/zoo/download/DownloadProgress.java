package dev.finetune.zoo.download;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A receiver of the progress of downloads. */
@FunctionalInterface
public interface DownloadProgress {

  /**
   * Receives the state of a download, each time bytes arrive. It is called on the downloading
   * thread.
   *
   * @param file the file that is downloaded
   * @param done the number of bytes so far, including those of earlier attempts
   * @param total the size of the file in bytes, or -1 if the server does not report it
   */
  void at(WeightFile file, long done, long total);

  /**
   * Returns a receiver that logs each tenth of a file.
   *
   * @return a new receiver, for one download at a time
   */
  static DownloadProgress logged() {
    Logger log = LoggerFactory.getLogger(DownloadProgress.class);
    long[] tenth = {-1};
    return (file, done, total) -> {
      if (total > 0 && done * 10 / total != tenth[0]) {
        tenth[0] = done * 10 / total;
        log.info("Downloading {}: {} of {} MB", file.name(), done / 1_000_000, total / 1_000_000);
      }
    };
  }
}
