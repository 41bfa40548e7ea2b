package dev.finetune.zoo.architecture;

/**
 * Whose definition of a network: the same architecture differs in padding, in epsilons, in biases
 * and in where images are normalised, and weights fit only the definition that they were trained
 * with.
 */
public enum Dialect {
  /** {@code keras.applications}. */
  KERAS,
  /** {@code torchvision.models}. */
  TORCHVISION,
  /**
   * {@code timm}, PyTorch Image Models: mostly torchvision's networks under other names. Its
   * networks whose names begin with {@code tf_} pad as TensorFlow does, under the tensor names of
   * those that do not; a file does not tell, and they are not meant.
   */
  TIMM
}
