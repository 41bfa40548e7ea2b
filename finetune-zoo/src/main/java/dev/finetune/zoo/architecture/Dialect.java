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
  /** {@code timm}, PyTorch Image Models: mostly torchvision's networks under other names. */
  TIMM
}
