package dev.finetune.internal.training;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.engine.Parameter;
import dev.finetune.train.Optimizer;
import dev.finetune.train.ParameterGroup;
import dev.finetune.train.Schedule;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * The rules by which parameters change during a training run.
 *
 * @param optimizer the update rule
 * @param schedule the learning rate of each step
 * @param steps the number of steps of the whole run
 * @param groups the factors of the learning rate and weight decay of each parameter; called once
 *     per parameter
 * @param begun the number of steps before a parameter began to train; called once per parameter.
 *     The optimizer counts the parameter's steps from there, the schedule does not.
 * @param clip the largest norm of all gradients together, over 0; infinity for no clipping
 * @param average the decay of the moving average of the weights, in (0, 1); 0 for no average
 */
public record UpdatePlan(
    Optimizer optimizer,
    Schedule schedule,
    long steps,
    Function<Parameter, ParameterGroup> groups,
    ToLongFunction<Parameter> begun,
    double clip,
    double average) {

  /**
   * The slot of the moving average of the weights. Optimizers must not use this name if weights are
   * averaged.
   */
  static final String AVERAGE = "weights-average";

  /**
   * Creates a plan.
   *
   * @throws IllegalArgumentException if a value is outside its range
   */
  public UpdatePlan {
    checkArgument(clip > 0, "clip must be > 0, got %s", clip);
    checkArgument(average >= 0 && average < 1, "average must be in [0, 1), got %s", average);
    checkArgument(
        average == 0 || !optimizer.slots().contains(AVERAGE),
        "An optimizer must not have a slot \"%s\" if weights are averaged, got %s",
        AVERAGE,
        optimizer.slots());
  }

  /** Creates a plan in which all parameters begin at once, without clipping and average. */
  public UpdatePlan(
      Optimizer optimizer,
      Schedule schedule,
      long steps,
      Function<Parameter, ParameterGroup> groups) {
    this(optimizer, schedule, steps, groups, parameter -> 0, Double.POSITIVE_INFINITY, 0);
  }

  /** Returns the plan in which all steps and parameters have the learning rate of the optimizer. */
  public static UpdatePlan of(Optimizer optimizer) {
    return new UpdatePlan(
        optimizer, Schedule.constant(), Long.MAX_VALUE, parameter -> ParameterGroup.WHOLE);
  }

  /** Returns a copy in which parameters begin at different steps. */
  UpdatePlan begun(ToLongFunction<Parameter> value) {
    return new UpdatePlan(optimizer, schedule, steps, groups, value, clip, average);
  }

  /**
   * Returns a copy that clips gradients by their norm.
   *
   * @param value the largest norm of all gradients together, over 0
   */
  UpdatePlan clip(double value) {
    return new UpdatePlan(optimizer, schedule, steps, groups, begun, value, average);
  }

  /**
   * Returns a copy that keeps a moving average of the weights.
   *
   * @param value the decay of the average, in (0, 1)
   */
  UpdatePlan average(double value) {
    return new UpdatePlan(optimizer, schedule, steps, groups, begun, clip, value);
  }

  boolean clips() {
    return clip < Double.POSITIVE_INFINITY;
  }

  boolean averages() {
    return average > 0;
  }

  /**
   * Returns the number of floats per trainable parameter that updates keep in the heap: the slots,
   * the average of the weights, and gradients if they are accumulated or become directions.
   *
   * @param accumulates whether gradients of several batches are added
   */
  int floatsPerParameter(boolean accumulates) {
    boolean directions =
        optimizer.rule(1, optimizer.learningRate(), 1) instanceof Optimizer.TrustRule;
    return optimizer.slots().size() + (averages() ? 1 : 0) + (accumulates || directions ? 1 : 0);
  }

  /**
   * Returns the decay of the average in a step: {@code min(average, (1 + step) / (10 + step))}, as
   * in TensorFlow's {@code ExponentialMovingAverage} with {@code num_updates}. The average follows
   * the weights closely at first, so it forgets their initial values.
   *
   * @param step the number of the step, from 1
   */
  double averageDecay(long step) {
    return Math.min(average, (1.0 + step) / (10.0 + step));
  }

  /**
   * Returns the learning rate of a step, without the factors of groups.
   *
   * @param step the number of the step, from 1
   * @throws IllegalStateException if the schedule returns a rate that is negative or not finite
   */
  double rate(long step) {
    double rate =
        Parts.required(
            "A schedule",
            schedule,
            "rate",
            () -> schedule.rate(optimizer.learningRate(), step, steps));
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
