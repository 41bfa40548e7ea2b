package dev.finetune.graph.layer;

/**
 * The role of a parameter tensor in its layer. It determines the layout of the tensor, whatever
 * file the values come from.
 */
public enum ParameterRole {
  /**
   * The weights of a convolution: (out, in / groups, height, width). Those of a dense layer: (in,
   * out).
   */
  KERNEL(true),
  /** The weights of the depthwise half of a separable convolution: (channels, 1, height, width). */
  DEPTHWISE_KERNEL(true),
  /** The constant added to each output channel: (out). */
  BIAS(true),
  /** The factor of each channel, as in a normalisation: (channels). */
  GAMMA(true),
  /** The constant that a normalisation adds to each channel: (channels). */
  BETA(true),
  /** The stored mean of a normalisation: (channels). A statistic, not learned by gradient. */
  MOVING_MEAN(false),
  /** The stored variance of a normalisation: (channels). A statistic, not learned by gradient. */
  MOVING_VARIANCE(false),
  /** The number of images from which the statistics of a normalisation were computed: (1). */
  COUNT(false);

  private final boolean learned;

  ParameterRole(boolean learned) {
    this.learned = learned;
  }

  /**
   * {@return whether gradients train the tensor} Running statistics are non-trainable, as in Keras.
   */
  public boolean learned() {
    return learned;
  }
}
