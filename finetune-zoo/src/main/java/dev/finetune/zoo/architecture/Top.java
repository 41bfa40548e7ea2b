package dev.finetune.zoo.architecture;

/** What stands on the feature layers. */
public enum Top {
  /** Nothing: a backbone. */
  NONE,
  /** The ImageNet classifier up to the scores of its 1000 classes. */
  LOGITS,
  /** The ImageNet classifier with softmax, as Keras has it. */
  SOFTMAX
}
