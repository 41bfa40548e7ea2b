package dev.finetune.internal.training;

import dev.finetune.engine.Parameter;
import dev.finetune.train.Optimizer;
import dev.finetune.train.ParameterGroup;
import dev.finetune.train.Schedule;
import java.util.function.Function;

/**
 * The rules by which parameters change during a training run.
 *
 * @param optimizer the update rule
 * @param schedule the learning rate of each step
 * @param steps the number of steps of the whole run
 * @param groups the factors of the learning rate and weight decay of each parameter; called once
 *     per parameter
 */
public record UpdatePlan(
    Optimizer optimizer,
    Schedule schedule,
    long steps,
    Function<Parameter, ParameterGroup> groups) {

  /** Returns the plan in which all steps and parameters have the learning rate of the optimizer. */
  public static UpdatePlan of(Optimizer optimizer) {
    return new UpdatePlan(
        optimizer, Schedule.constant(), Long.MAX_VALUE, parameter -> ParameterGroup.WHOLE);
  }

  /**
   * Returns the learning rate of a step, without the factors of groups.
   *
   * @param step the number of the step, from 1
   * @throws IllegalStateException if the schedule returns a rate that is negative or not finite
   */
  double rate(long step) {
    double rate = schedule.rate(optimizer.learningRate(), step, steps);
    if (!(rate >= 0 && Double.isFinite(rate))) {
      throw new IllegalStateException(
          "A schedule must return learning rates that are >= 0 and finite, got "
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
