package dev.finetune.zoo.architecture;

/** The output of a backbone without a classifier, like Keras' argument {@code pooling}. */
public enum Pooling {
  /** The feature maps. */
  NONE,
  /** The mean of each feature map: a vector. */
  AVG,
  /** The maximum of each feature map: a vector. */
  MAX
}
