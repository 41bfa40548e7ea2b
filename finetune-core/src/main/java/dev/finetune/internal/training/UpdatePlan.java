package dev.finetune.internal.training;

import dev.finetune.engine.Parameter;
import dev.finetune.train.Optimizer;
import dev.finetune.train.ParameterGroup;
import dev.finetune.train.Schedule;
import java.util.function.Function;

/**
 * How the values of parameters change over a training.
 *
 * @param schedule the learning rate of each step
 * @param steps of the whole training
 * @param groups how each parameter learns; asked once for each
 */
public record UpdatePlan(
    Optimizer optimizer,
    Schedule schedule,
    long steps,
    Function<Parameter, ParameterGroup> groups) {

  /** Returns the plan in which every step and every parameter has the optimizer's learning rate. */
  public static UpdatePlan of(Optimizer optimizer) {
    return new UpdatePlan(
        optimizer, Schedule.constant(), Long.MAX_VALUE, parameter -> ParameterGroup.WHOLE);
  }

  /**
   * Returns the learning rate of a step, before the factors of groups.
   *
   * @throws IllegalStateException if the schedule gives one that is negative or not finite
   */
  double rate(long step) {
    double rate = schedule.rate(optimizer.learningRate(), step, steps);
    if (!(rate >= 0 && Double.isFinite(rate))) {
      throw new IllegalStateException(
          "A schedule must give learning rates >= 0 and finite, got "
              + rate
              + " from "
              + schedule.name()
              + " for step "
              + step
              + " of "
              + steps);
    }
    return rate;
  }
}
