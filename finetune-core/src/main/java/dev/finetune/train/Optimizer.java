package dev.finetune.train;

import java.util.List;
import java.util.Map;

/**
 * How gradients become changes of values. Implementations are immutable: what is remembered from
 * step to step lies in slots, which training keeps.
 */
public interface Optimizer {

  /** Returns its name in reports and provenance, such as {@code adam}. */
  String name();

  /** Returns the step size, over 0. */
  double learningRate();

  /**
   * Returns all its settings by name, the learning rate among them. They are finite. Provenance
   * records them, and a training that is resumed compares them.
   */
  Map<String, Double> settings();

  /**
   * Returns the names of what is remembered of each value, such as Adam's two means: at most 16, of
   * letters, digits, {@code _} and {@code -}, all different.
   */
  List<String> slots();

  /**
   * Returns what a step does to the values of a group of parameters.
   *
   * @param step from 1
   * @param learningRate of this step and these parameters, 0 or more
   * @param decay factor of this optimizer's weight decay for these parameters; ignored by one that
   *     has none
   */
  Rule rule(long step, double learningRate, double decay);

  /** What a step does to values. It is applied to pieces of parameters by several threads. */
  @FunctionalInterface
  interface Rule {

    /**
     * Changes values. Each is changed by its own gradient and slots only.
     *
     * @param values changed in place
     * @param gradients of the loss with respect to the values
     * @param slots an array of {@code length} values for each of {@link Optimizer#slots}, zero
     *     before the first step
     * @param length how many values there are; arrays may be longer
     */
    void apply(float[] values, float[] gradients, float[][] slots, int length);
  }
}
