package dev.finetune.zoo.architecture;

/**
 * The publisher of a network's definition. The same architecture differs between publishers in
 * padding, epsilons, biases and the place where images are normalised, and weights fit only the
 * definition that they were trained with.
 */
public enum Dialect {
  /** {@code keras.applications}. */
  KERAS,
  /**
   * {@code keras.applications} with {@code weights=None}, for networks that differ in this case: an
   * EfficientNet then has no second {@code Rescaling} layer.
   */
  KERAS_SCRATCH,
  /** {@code torchvision.models}. */
  TORCHVISION,
  /**
   * {@code timm} (PyTorch Image Models): mostly torchvision's networks with other tensor names. Its
   * networks whose names begin with {@code tf_} pad as TensorFlow does and are not supported. Their
   * tensors have the same names as those of the other networks, so only a {@code config.json}
   * beside the file identifies them.
   */
  TIMM;

  /** {@return whether this is one of Keras' definitions} */
  public boolean keras() {
    return this == KERAS || this == KERAS_SCRATCH;
  }
}
