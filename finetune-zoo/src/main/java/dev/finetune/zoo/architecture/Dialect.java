package dev.finetune.zoo.architecture;

/**
 * Whose definition of a network: the same architecture differs in padding, in epsilons, in biases
 * and in where images are normalised, and weights fit only the definition that they were trained
 * with.
 */
public enum Dialect {
  /** {@code keras.applications}. */
  KERAS,
  /**
   * {@code keras.applications} with {@code weights=None}, where that is another network: an
   * EfficientNet then has no second {@code Rescaling} layer.
   */
  KERAS_SCRATCH,
  /** {@code torchvision.models}. */
  TORCHVISION,
  /**
   * {@code timm}, PyTorch Image Models: mostly torchvision's networks under other names. Its
   * networks whose names begin with {@code tf_} pad as TensorFlow does, under the tensor names of
   * those that do not; they are not meant. A {@code config.json} beside a file tells, the file does
   * not.
   */
  TIMM;

  /** Whether it is one of Keras' definitions. */
  public boolean keras() {
    return this == KERAS || this == KERAS_SCRATCH;
  }
}
