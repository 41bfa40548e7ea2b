package dev.finetune.train;

/** Which epoch's weights training gives back. */
public enum Keep {
  /** Those after the last epoch. */
  LAST,
  /** Those after the epoch with the best validation accuracy; the first of equals. */
  BEST
}
