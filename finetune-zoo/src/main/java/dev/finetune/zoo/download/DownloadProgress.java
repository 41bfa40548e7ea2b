package dev.finetune.zoo.download;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Told how a download goes. */
@FunctionalInterface
public interface DownloadProgress {

  /**
   * Called as bytes arrive.
   *
   * @param done bytes so far
   * @param total bytes in all, or -1 if the server does not say
   */
  void at(WeightFile file, long done, long total);

  /** Logs every tenth part. */
  static DownloadProgress logged() {
    Logger log = LoggerFactory.getLogger(DownloadProgress.class);
    long[] tenth = {-1};
    return (file, done, total) -> {
      if (total > 0 && done * 10 / total != tenth[0]) {
        tenth[0] = done * 10 / total;
        log.info("{}: {} of {} MB", file.name(), done / 1_000_000, total / 1_000_000);
      }
    };
  }
}
