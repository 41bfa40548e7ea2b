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
   * @param step the number of the step, from 1
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
}
