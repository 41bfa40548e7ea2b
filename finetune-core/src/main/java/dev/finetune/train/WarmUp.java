package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import java.util.Map;

/**
 * A schedule that rises linearly to the first rate of another one.
 *
 * @param after the schedule of the steps after the warm-up
 * @param share the share of the training, in (0, 1); 0 if {@code count} is given
 * @param count the number of steps, at least 1; 0 if {@code share} is given
 */
record WarmUp(Schedule after, double share, long count) implements Schedule {

  WarmUp {
    checkArgument(
        !(after instanceof WarmUp), "A schedule must have at most one warm-up, got a second one");
  }

  static Schedule share(Schedule after, double share) {
    checkArgument(share > 0 && share < 1, "share must be in (0, 1), got %s", share);
    return new WarmUp(after, share, 0);
  }

  static Schedule steps(Schedule after, long steps) {
    checkArgument(steps >= 1, "steps must be >= 1, got %s", steps);
    return new WarmUp(after, 0, steps);
  }

  @Override
  public String name() {
    return after.name();
  }

  @Override
  public Map<String, Double> settings() {
    ImmutableMap.Builder<String, Double> settings = ImmutableMap.builder();
    settings.putAll(after.settings());
    settings.put(count > 0 ? "warmUpSteps" : "warmUp", count > 0 ? (double) count : share);
    return settings.buildOrThrow();
  }

  @Override
  public double rate(double base, long step, long steps) {
    long rising = count > 0 ? count : Math.round(share * steps);
    long rest = Math.max(1, steps - rising);
    // The first step of the other schedule would be step rising + 1 of the line.
    return step <= rising
        ? after.rate(base, 1, rest) * step / (rising + 1)
        : after.rate(base, step - rising, rest);
  }
}
