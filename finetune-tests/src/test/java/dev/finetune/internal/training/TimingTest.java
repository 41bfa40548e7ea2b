package dev.finetune.internal.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimingTest {

  @Test
  void returns_the_medians_of_the_second_half() {
    List<Double> measured = new ArrayList<>();

    double[] medians =
        Timing.medians(
            () -> {
              double value = 100 - measured.size();
              measured.add(value);
              return new double[] {value, 2 * value};
            });

    List<Double> half = measured.subList(measured.size() / 2, measured.size());
    double median = (half.get((half.size() - 1) / 2) + half.get(half.size() / 2)) / 2;
    assertThat(measured).hasSizeBetween(2, Timing.MOST);
    assertThat(medians).containsExactly(median, 2 * median);
  }

  @Test
  void measures_a_duration() {
    int[] runs = {0};

    assertThat(Timing.of(() -> runs[0]++)).isNotNegative();
    assertThat(runs[0]).isBetween(2, Timing.MOST);
  }
}
