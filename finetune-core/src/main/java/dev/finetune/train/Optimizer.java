package dev.finetune.train;

import dev.finetune.annotation.Experimental;
import java.util.List;
import java.util.Map;

/**
 * An algorithm that changes values by their gradients. Implementations are immutable: state that is
 * kept between steps lies in slots, which training stores.
 */
@Experimental
public interface Optimizer {

  /** {@return the name for reports and provenance, such as {@code adam}} */
  String name();

  /** {@return the step size, over 0} */
  double learningRate();

  /**
   * {@return all settings by name, the learning rate included} All are finite. Provenance records
   * them, and a resumed training compares them.
   */
  Map<String, Double> settings();

  /**
   * {@return the names of the slots, such as Adam's two means} There are at most 16 distinct names
   * of letters, digits, {@code _} and {@code -}. Every slot holds as many floats as the parameters.
   */
  List<String> slots();

  /**
   * {@return the rule that updates the values of a parameter group in one step}
   *
   * @param step the number of the step, from 1. A parameter that begins to train later counts from
   *     its own first step.
   * @param learningRate the learning rate for this step and group, at least 0
   * @param decay the factor for the optimizer's weight decay in this group; ignored by optimizers
   *     without weight decay
   */
  Rule rule(long step, double learningRate, double decay);

  /** An update of values. Several threads apply it to different parts of the parameters. */
  @FunctionalInterface
  interface Rule {

    /**
     * Updates values. Each value depends on its own gradient and slots only.
     *
     * @param values the values, changed in place
     * @param gradients the derivatives of the loss with respect to the values
     * @param slots one array per name in {@link Optimizer#slots}, changed in place; zero before the
     *     first step
     * @param length the number of values to update, from index 0; the arrays may be longer
     */
    void apply(float[] values, float[] gradients, float[][] slots, int length);
  }

  /**
   * A rule for which the length of a step depends on a whole tensor, as with layer-wise trust
   * ratios. Training first computes the directions of all values with {@link #direct}, then the two
   * norms of each tensor, then moves the values with {@link #move}.
   */
  interface TrustRule extends Rule {

    /**
     * Replaces gradients with directions, and updates slots. Each direction depends on its own
     * value, gradient and slots only.
     *
     * @param values the values, not changed
     * @param gradients the derivatives of the loss, replaced with the directions
     * @param slots one array per name in {@link Optimizer#slots}, changed in place
     * @param length the number of values, from index 0; the arrays may be longer
     */
    void direct(float[] values, float[] gradients, float[][] slots, int length);

    /**
     * Moves values against their directions.
     *
     * @param values the values, changed in place
     * @param directions the results of {@link #direct}
     * @param length the number of values to move, from index 0; the arrays may be longer
     * @param valueNorm the Euclidean norm of all values of the tensor before the step
     * @param directionNorm the Euclidean norm of all directions of the tensor
     */
    void move(
        float[] values, float[] directions, int length, double valueNorm, double directionNorm);

    /** Updates the values of a whole tensor: directions, norms and values. */
    @Override
    default void apply(float[] values, float[] gradients, float[][] slots, int length) {
      direct(values, gradients, slots, length);
      double valueSquares = 0;
      double directionSquares = 0;
      for (int i = 0; i < length; i++) {
        valueSquares += (double) values[i] * values[i];
        directionSquares += (double) gradients[i] * gradients[i];
      }
      move(values, gradients, length, Math.sqrt(valueSquares), Math.sqrt(directionSquares));
    }
  }
}
