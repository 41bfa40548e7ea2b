package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import java.util.Map;

/** A schedule that falls by a power of the remaining share of the training. */
record PolynomialSchedule(double power, double lowest) implements Schedule {

  PolynomialSchedule {
    checkArgument(
        power > 0 && Double.isFinite(power), "power must be > 0 and finite, got %s", power);
    Ranges.lowest(lowest);
  }

  @Override
  public String name() {
    return "polynomial";
  }

  @Override
  public Map<String, Double> settings() {
    return ImmutableMap.of("power", power, "lowest", lowest);
  }

  @Override
  public double rate(double base, long step, long steps) {
    double left = Math.pow(1 - (step - 1.0) / steps, power);
    return base * (lowest + (1 - lowest) * left);
  }
}
