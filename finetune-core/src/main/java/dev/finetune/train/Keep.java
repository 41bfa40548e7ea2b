package dev.finetune.train;

/** The epoch whose weights training returns. */
public enum Keep {
  /** The last epoch. */
  LAST,
  /**
   * The epoch with the highest validation score; the first of equals. If a training begins with
   * smaller images, only epochs with the size of the last one count; see {@link
   * History#comparableFrom}.
   */
  BEST
}
