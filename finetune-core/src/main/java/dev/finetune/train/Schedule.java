package dev.finetune.train;

import dev.finetune.annotation.Experimental;
import java.util.Map;

/**
 * The learning rate of each step. Implementations are immutable.
 *
 * <pre>{@code
 * TrainOptions.defaults().schedule(Schedule.constant())
 * }</pre>
 */
@Experimental
public interface Schedule {

  /** {@return the name for reports and provenance, such as {@code constant}} */
  String name();

  /** {@return all settings by name, enough to create the schedule again} */
  Map<String, Double> settings();

  /**
   * {@return the learning rate of a step, at least 0 and finite}
   *
   * @param base the optimizer's learning rate, over 0
   * @param step the number of the step, from 1 to {@code steps}
   * @param steps the number of steps of the whole training
   */
  double rate(double base, long step, long steps);

  /** {@return the schedule that does not change the learning rate} */
  static Schedule constant() {
    return ConstantSchedule.INSTANCE;
  }
}
