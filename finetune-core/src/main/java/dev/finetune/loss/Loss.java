package dev.finetune.loss;

import dev.finetune.annotation.Experimental;
import java.util.Map;

/**
 * The loss to minimise: a measure of how far the outputs of a batch are from their targets.
 * Implementations are immutable and safe for use from several threads.
 */
@Experimental
public interface Loss {

  /** {@return the name for reports and provenance, such as {@code crossentropy}} */
  String name();

  /** {@return all settings by name, enough to create the loss again; none by default} */
  default Map<String, Double> settings() {
    return Map.of();
  }

  /**
   * {@return whether this loss can be computed for a kind of targets} Training checks it before the
   * first step. By default, all kinds are supported.
   *
   * @param kind what the targets are
   */
  default boolean supports(Targets.Kind kind) {
    return true;
  }

  /**
   * Computes the mean loss of a batch and its gradient. The mean is the sum over the examples of
   * {@link Targets#weight weight} * loss, divided by the number of examples. A loss that is not
   * finite stops the training.
   *
   * @param outputs the outputs of the network by example
   * @param targets the targets of the same examples
   * @param gradients arrays of the same sizes as the outputs, overwritten with the derivative of
   *     the mean loss with respect to each output
   * @return the mean loss
   * @throws IllegalArgumentException if the number of targets differs from the number of examples,
   *     or this loss does not support the targets
   */
  double compute(float[][] outputs, Targets targets, float[][] gradients);
}
