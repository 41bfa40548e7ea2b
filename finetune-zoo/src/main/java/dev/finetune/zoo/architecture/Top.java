package dev.finetune.zoo.architecture;

import dev.finetune.annotation.Experimental;

/** The classifier on the feature layers. */
@Experimental
public enum Top {
  /** No classifier: a backbone. */
  NONE,
  /** The ImageNet classifier up to the logits of its 1000 classes. */
  LOGITS,
  /** The ImageNet classifier with softmax, as in Keras. */
  SOFTMAX
}
