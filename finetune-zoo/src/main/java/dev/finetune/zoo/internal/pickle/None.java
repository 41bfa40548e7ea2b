package dev.finetune.zoo.internal.pickle;

/** Python's {@code None}. */
public enum None {
  /** The only value. */
  NONE
}
