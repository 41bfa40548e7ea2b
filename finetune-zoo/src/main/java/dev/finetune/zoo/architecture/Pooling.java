package dev.finetune.zoo.architecture;

/** What a backbone without its classifier ends in, as Keras' {@code pooling}. */
public enum Pooling {
  /** Feature maps. */
  NONE,
  /** The mean of each feature map: a vector. */
  AVG,
  /** The maximum of each feature map: a vector. */
  MAX
}
