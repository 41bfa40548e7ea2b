package dev.finetune.loss;

import java.util.Map;

/**
 * What training lowers: the mean over a batch of how far outputs are from targets. Implementations
 * are immutable and safe to use from several threads.
 */
public interface Loss {

  /** Returns its name in reports and provenance, such as {@code crossentropy}. */
  String name();

  /** Returns all its settings by name: what is needed to make it again. */
  Map<String, Double> settings();

  /**
   * Returns the mean loss of a batch, and computes its gradient. A loss that is not finite ends the
   * training.
   *
   * @param outputs the network's, by example
   * @param targets of the same examples
   * @param gradients arrays of the outputs' sizes, which are overwritten with the derivative of the
   *     loss with respect to each output
   * @throws IllegalArgumentException if there is not one target for each example, or this loss has
   *     no use for such targets
   */
  double compute(float[][] outputs, Targets targets, float[][] gradients);
}
