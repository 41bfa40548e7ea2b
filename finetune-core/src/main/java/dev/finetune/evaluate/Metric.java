package dev.finetune.evaluate;

import dev.finetune.loss.Targets;

/**
 * An application's own measure of outputs, such as the share of examples whose class is among the
 * three most probable. Training computes it on the validation images after each epoch.
 * Implementations are immutable.
 */
public interface Metric {

  /**
   * {@return the name in histories, such as {@code top3}: letters, digits, {@code _} and {@code -}}
   */
  String name();

  /**
   * {@return whether this metric can be computed for a kind of targets} Training checks it before
   * the first step. By default, all kinds are supported.
   *
   * @param kind what the targets are
   */
  default boolean supports(Targets.Kind kind) {
    return true;
  }

  /** {@return an empty accumulator} */
  Tally tally();

  /** An accumulator of batches, used by one thread. */
  interface Tally {

    /**
     * Adds a batch.
     *
     * @param outputs the outputs of the network by example; must not be changed
     * @param targets the targets of the same examples
     */
    void add(float[][] outputs, Targets targets);

    /** {@return the metric over all added batches, which must be finite} */
    double result();
  }
}
