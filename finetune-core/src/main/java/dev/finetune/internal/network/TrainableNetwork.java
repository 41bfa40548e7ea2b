package dev.finetune.internal.network;

import dev.finetune.weights.Weights;

/** The part of a network that trains. Used by one thread. */
public interface TrainableNetwork extends AutoCloseable {

  /**
   * What a step gave.
   *
   * @param loss mean cross-entropy over the batch, before the update
   * @param correct how many of the batch were classified right, before the update
   */
  record Step(double loss, int correct) {}

  /**
   * One forward and backward pass and an update.
   *
   * @param seed of this step's dropout
   */
  Step step(Batch batch, int[] labels, long seed);

  /** The logits of each example, in inference. */
  float[][] logits(Batch batch);

  /** Whether it has statistics that {@link #observe} and {@link #settle} recompute. */
  boolean recomputesStatistics();

  /**
   * Adds what batch normalisation sees of these examples to the statistics to come. Layers in front
   * normalise by the batch, dropout is off, and nothing changes before {@link #settle}.
   */
  void observe(Batch batch);

  /**
   * Makes the observed statistics the stored ones.
   *
   * @throws IllegalStateException if nothing was observed
   */
  void settle();

  /** The values of its parameters. */
  Weights weights();

  /** The native memory that steps of that size need in all; nothing of it is taken by asking. */
  long bytes(int batch);

  @Override
  void close();
}
