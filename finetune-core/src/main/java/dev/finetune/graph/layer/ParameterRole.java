package dev.finetune.graph.layer;

/** What a parameter tensor is for; its layout is fixed here, whatever file it comes from. */
public enum ParameterRole {
  /** Convolution: (out, in / groups, height, width). Dense: (in, out). */
  KERNEL(true),
  /** A separable convolution's first half: (channels, 1, height, width). */
  DEPTHWISE_KERNEL(true),
  /** Added per output channel: (out). */
  BIAS(true),
  /** A normalisation's scale: (channels). */
  GAMMA(true),
  /** A normalisation's offset: (channels). */
  BETA(true),
  /** A normalisation's stored mean: (channels). A statistic, not learned by gradient. */
  MOVING_MEAN(false),
  /** A normalisation's stored variance: (channels). A statistic, not learned by gradient. */
  MOVING_VARIANCE(false),
  /** How many images a normalisation's statistics were taken of: (1). */
  COUNT(false);

  private final boolean learned;

  ParameterRole(boolean learned) {
    this.learned = learned;
  }

  /** Returns whether gradients train it; running statistics count as non-trainable, as in Keras. */
  public boolean learned() {
    return learned;
  }
}
