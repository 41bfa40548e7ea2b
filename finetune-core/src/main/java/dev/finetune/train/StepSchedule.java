package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;

/** A schedule that drops by a factor at some shares of the training. */
record StepSchedule(double factor, List<Double> shares) implements Schedule {

  StepSchedule {
    checkArgument(factor > 0 && factor < 1, "factor must be in (0, 1), got %s", factor);
    shares = ImmutableList.copyOf(shares);
    checkArgument(!shares.isEmpty(), "shares must not be empty");
    double before = 0;
    for (double share : shares) {
      checkArgument(
          share > before && share < 1, "shares must be in (0, 1) and ascending, got %s", shares);
      before = share;
    }
  }

  @Override
  public String name() {
    return "step";
  }

  @Override
  public Map<String, Double> settings() {
    ImmutableMap.Builder<String, Double> settings = ImmutableMap.builder();
    settings.put("factor", factor);
    for (int i = 0; i < shares.size(); i++) {
      settings.put("share" + (i + 1), shares.get(i));
    }
    return settings.build();
  }

  @Override
  public double rate(double base, long step, long steps) {
    int drops = 0;
    for (double share : shares) {
      drops += step - 1 >= Math.round(share * steps) ? 1 : 0;
    }
    return base * Math.pow(factor, drops);
  }
}
