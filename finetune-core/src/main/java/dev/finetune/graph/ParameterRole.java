package dev.finetune.graph;

/** What a parameter tensor is for; its layout is fixed here, whatever file it comes from. */
public enum ParameterRole {
  /** Convolution: (out, in / groups, height, width). Dense: (in, out). */
  KERNEL(true),
  /** Added per output channel: (out). */
  BIAS(true),
  /** Batch normalisation's scale: (channels). */
  GAMMA(true),
  /** Batch normalisation's offset: (channels). */
  BETA(true),
  /** Batch normalisation's running mean: (channels). A statistic, not learned by gradient. */
  MOVING_MEAN(false),
  /** Batch normalisation's running variance: (channels). A statistic, not learned by gradient. */
  MOVING_VARIANCE(false);

  private final boolean learned;

  ParameterRole(boolean learned) {
    this.learned = learned;
  }

  /** Whether gradients train it; running statistics count as non-trainable, as in Keras. */
  public boolean learned() {
    return learned;
  }
}
