package dev.finetune.train;

/**
 * How trainable batch normalisation gets its inference statistics, the mean and variance.
 *
 * <p>In training, a trainable layer normalises by the statistics of each batch (except with {@link
 * #KEPT}). In inference it uses stored statistics. Keras moves these by 0.1 % to 1 % of the
 * difference per step. After the few hundred steps of a small dataset they still describe the
 * pretrained network, so a model that is accurate in training is inaccurate in inference. {@code
 * benchmarks/README.md} has the measurements behind the default.
 *
 * <p>A frozen layer always keeps its statistics.
 */
public enum BatchNormStatistics {
  /**
   * The default. The statistics are recomputed over all training images after each epoch, before
   * validation, with dropout off (Y. Wu, J. Johnson, "Rethinking 'Batch' in BatchNorm", 2021,
   * section 3). Costs one forward pass through the tail per epoch.
   */
  RECOMPUTED,
  /**
   * Every step updates a moving average. Its momentum is at most {@code 1 - 4 / steps}, where
   * {@code steps} is the number of steps per epoch, so that an epoch replaces at least 98 % of it.
   * Costs nothing.
   */
  MOVING,
  /** Every step updates a moving average with the layer's own momentum, as in Keras. */
  KERAS,
  /**
   * The backbone's layers keep their pretrained statistics and normalise by them in training too,
   * while gamma and beta train: Keras' inference mode. The head's layers have no pretrained
   * statistics; theirs are recomputed.
   */
  KEPT
}
