package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import java.util.Map;

/** A schedule that rises to the optimizer's learning rate and falls to almost zero. */
record OneCycleSchedule(double rise, double start, double end) implements Schedule {

  OneCycleSchedule {
    checkArgument(rise >= 0 && rise <= 1, "rise must be in [0, 1], got %s", rise);
    checkArgument(
        start >= 1 && Double.isFinite(start), "start must be >= 1 and finite, got %s", start);
    checkArgument(end >= 1 && Double.isFinite(end), "end must be >= 1 and finite, got %s", end);
  }

  @Override
  public String name() {
    return "onecycle";
  }

  @Override
  public Map<String, Double> settings() {
    return ImmutableMap.of("rise", rise, "start", start, "end", end);
  }

  @Override
  public double rate(double base, long step, long steps) {
    double first = base / start;
    double at = step - 1;
    double last = steps - 1.0;
    // The highest rate may lie between two steps, as in torch.
    double top = Math.max(0, rise * steps - 1);
    if (at <= top && top > 0) {
      return between(first, base, at / top);
    }
    return last > top ? between(base, first / end, (at - top) / (last - top)) : base;
  }

  private static double between(double from, double to, double share) {
    return to + (from - to) * (1 + Math.cos(Math.PI * share)) / 2;
  }
}
