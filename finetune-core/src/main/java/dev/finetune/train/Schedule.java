package dev.finetune.train;

import com.google.common.primitives.Doubles;
import dev.finetune.annotation.Experimental;
import java.util.Map;

/**
 * The learning rate of each step. Implementations are immutable.
 *
 * <pre>{@code
 * TrainOptions.defaults().schedule(Schedule.cosine().warmUp(0.1))
 * }</pre>
 *
 * <p>{@link Schedules} has a notation for the schedules of this package.
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

  /** {@return the schedule that falls to zero along half a cosine} */
  static Schedule cosine() {
    return cosine(0);
  }

  /**
   * {@return a schedule that falls along half a cosine} (I. Loshchilov, F. Hutter, "SGDR:
   * Stochastic Gradient Descent with Warm Restarts", ICLR 2017, without restarts.) The lowest rate
   * would be that of the step after the last one, as in torch's {@code CosineAnnealingLR} with a
   * step per batch and in Keras' {@code CosineDecay}.
   *
   * @param lowest the lowest rate as a share of the optimizer's learning rate, in [0, 1]
   * @throws IllegalArgumentException if {@code lowest} is outside its range
   */
  static Schedule cosine(double lowest) {
    return new CosineSchedule(lowest);
  }

  /**
   * {@return torch's one-cycle schedule with its defaults: rises for 0.3 of the training from 1/25
   * of the optimizer's learning rate, and falls to 1/10,000 of the first rate}
   */
  static Schedule oneCycle() {
    return oneCycle(0.3, 25, 1e4);
  }

  /**
   * {@return a schedule that rises to the optimizer's learning rate and falls to almost zero, both
   * along half a cosine} (L. Smith, N. Topin, "Super-Convergence: Very Fast Training of Neural
   * Networks Using Large Learning Rates", 2018.) The rates are those of torch's {@code OneCycleLR};
   * momentum does not change.
   *
   * @param rise the share of the training in which the rate rises, in [0, 1]
   * @param start the highest rate divided by the first rate, at least 1 and finite
   * @param end the first rate divided by the last rate, at least 1 and finite
   * @throws IllegalArgumentException if a value is outside its range
   */
  static Schedule oneCycle(double rise, double start, double end) {
    return new OneCycleSchedule(rise, start, end);
  }

  /**
   * {@return a schedule that drops by a factor at some shares of the training} For example, {@code
   * step(0.1, 1 / 3.0, 2 / 3.0)} drops twice in 90 epochs, after 30 and 60.
   *
   * @param factor the factor of each drop, in (0, 1)
   * @param shares at least one share of the training, in (0, 1) and ascending; the drop is at the
   *     nearest step
   * @throws IllegalArgumentException if a value is outside its range
   */
  static Schedule step(double factor, double... shares) {
    return new StepSchedule(factor, Doubles.asList(shares));
  }

  /** {@return a schedule that falls linearly to zero: {@code polynomial(1, 0)}} */
  static Schedule polynomial() {
    return polynomial(1, 0);
  }

  /**
   * {@return a schedule in which the rate above the lowest is proportional to a power of the
   * remaining share of the training} The lowest rate would be that of the step after the last one,
   * as in torch's {@code PolynomialLR} with a step per batch and in Keras' {@code PolynomialDecay}.
   *
   * @param power the exponent, over 0 and finite; 1 for a line
   * @param lowest the lowest rate as a share of the optimizer's learning rate, in [0, 1]
   * @throws IllegalArgumentException if a value is outside its range
   */
  static Schedule polynomial(double power, double lowest) {
    return new PolynomialSchedule(power, lowest);
  }

  /**
   * {@return this schedule after a warm-up: the rate rises linearly to the first rate of this
   * schedule, which takes the remaining steps} With n steps of warm-up, step i of them has i / (n +
   * 1) of that rate.
   *
   * @param share the share of the training, in (0, 1)
   * @throws IllegalArgumentException if {@code share} is outside its range, or this schedule has a
   *     warm-up
   */
  default Schedule warmUp(double share) {
    return WarmUp.share(this, share);
  }

  /**
   * {@return this schedule after a warm-up of some steps} See {@link #warmUp}.
   *
   * @param steps the number of steps, at least 1
   * @throws IllegalArgumentException if {@code steps} is outside its range, or this schedule has a
   *     warm-up
   */
  default Schedule warmUpSteps(long steps) {
    return WarmUp.steps(this, steps);
  }
}
