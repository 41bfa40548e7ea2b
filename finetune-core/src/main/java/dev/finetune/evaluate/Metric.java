package dev.finetune.evaluate;

import dev.finetune.loss.Targets;

/**
 * Judges outputs by a number of an application's own, such as the share of examples whose class is
 * among the three likeliest. It is computed on the validation images after each epoch.
 * Implementations are immutable.
 */
public interface Metric {

  /** Returns its name in histories, such as {@code top3}: letters, digits, {@code _} and -. */
  String name();

  /** Returns a tally that nothing was added to. */
  Tally tally();

  /** Adds up what batches give. Used by one thread. */
  interface Tally {

    /**
     * Adds a batch.
     *
     * @param outputs the network's, by example; not to be changed
     * @param targets of the same examples
     */
    void add(float[][] outputs, Targets targets);

    /** Returns the metric over all that was added; it must be finite. */
    double result();
  }
}
