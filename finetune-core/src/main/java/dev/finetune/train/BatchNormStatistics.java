package dev.finetune.train;

/**
 * Where the mean and variance come from that a trained batch normalisation layer uses in inference.
 *
 * <p>While a layer trains it normalises by the statistics of each batch (except with {@link
 * #KEPT}). In inference it uses stored ones. Keras moves those by 1 % or 0.1 % of the difference
 * per step, so that after the few hundred steps of a small dataset they still describe the
 * pretrained network, and a model that was right in training is wrong afterwards. {@code
 * benchmarks/README.md} has the measurements behind the default.
 *
 * <p>A layer that is frozen keeps its statistics whatever is chosen here.
 */
public enum BatchNormStatistics {
  /**
   * Recomputed over all training images before an epoch is judged, kept or saved: the mean and
   * variance of what the layer reads, with dropout off (Y. Wu, J. Johnson, "Rethinking 'Batch' in
   * BatchNorm", 2021, section 3). Costs a forward pass through the trained part per epoch. The
   * default.
   */
  RECOMPUTED,
  /**
   * Moved in every step with a momentum that fits the number of steps in an epoch: at most {@code 1
   * - 4 / steps}, so that an epoch replaces 98 % of them. Costs nothing.
   */
  MOVING,
  /** Moved in every step with the layer's own momentum, as Keras does. */
  KERAS,
  /**
   * The backbone's layers keep the statistics they came with and normalise by them in training too,
   * while gamma and beta train: Keras' inference mode. Those of the head, which came with none, are
   * recomputed.
   */
  KEPT
}
