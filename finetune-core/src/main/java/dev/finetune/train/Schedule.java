package dev.finetune.train;

import java.util.Map;

/**
 * Gives the learning rate of each step. Implementations are immutable.
 *
 * <pre>{@code
 * TrainOptions.defaults().schedule(Schedule.constant())
 * }</pre>
 */
public interface Schedule {

  /** Returns its name in reports and provenance, such as {@code constant}. */
  String name();

  /** Returns all its settings by name: what is needed to make it again. */
  Map<String, Double> settings();

  /**
   * Returns the learning rate of a step.
   *
   * @param base the optimizer's learning rate, over 0
   * @param step from 1 to {@code steps}
   * @param steps of the whole training
   * @return 0 or more, and finite
   */
  double rate(double base, long step, long steps);

  /** Returns the schedule that leaves the learning rate as it is. */
  static Schedule constant() {
    return ConstantSchedule.INSTANCE;
  }
}
