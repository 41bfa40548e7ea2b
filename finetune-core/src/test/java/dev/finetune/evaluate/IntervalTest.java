package dev.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finetune.testing.Goldens;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntervalTest {

  private static final Offset<Double> CLOSE = Offset.offset(1e-13);

  @Test
  void should_equal_scipy() {
    for (JsonNode golden : Goldens.read("metrics.json").get("intervals")) {
      Interval interval =
          Interval.wilson(golden.get(0).asInt(), golden.get(1).asInt(), golden.get(2).asDouble());

      assertThat(interval.low()).as("%s", golden).isCloseTo(golden.get(3).asDouble(), CLOSE);
      assertThat(interval.high()).as("%s", golden).isCloseTo(golden.get(4).asDouble(), CLOSE);
    }
  }

  /** 3.8415 is the square of the quantile 1.9600. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 100, Integer.MAX_VALUE})
  void should_end_at_0_and_1_for_no_success_and_no_failure(int trials) {
    double z2 = 3.841458820694124;

    assertThat(Interval.wilson(0, trials, 0.95).low()).isZero();
    assertThat(Interval.wilson(0, trials, 0.95).high()).isCloseTo(z2 / (trials + z2), CLOSE);
    assertThat(Interval.wilson(trials, trials, 0.95).high()).isEqualTo(1);
    assertThat(Interval.wilson(trials, trials, 0.95).low())
        .isCloseTo(trials / (trials + z2), CLOSE);
  }

  @Property(seed = "42")
  void should_contain_the_share_and_be_symmetric(
      @ForAll @IntRange(min = 1, max = 100_000) int trials,
      @ForAll @DoubleRange(min = 0, max = 1) double share,
      @ForAll @DoubleRange(min = 0.01, max = 0.99) double confidence) {
    int successes = (int) Math.rint(share * trials);

    Interval interval = Interval.wilson(successes, trials, confidence);
    Interval opposite = Interval.wilson(trials - successes, trials, confidence);

    assertThat((double) successes / trials).isBetween(interval.low(), interval.high());
    assertThat(opposite.low()).isCloseTo(1 - interval.high(), Offset.offset(1e-12));
    assertThat(opposite.high()).isCloseTo(1 - interval.low(), Offset.offset(1e-12));
  }

  @Property(seed = "42")
  void should_be_narrower_with_more_trials_and_less_confidence(
      @ForAll @IntRange(min = 1, max = 10_000) int trials,
      @ForAll @DoubleRange(min = 0, max = 1) double share,
      @ForAll @DoubleRange(min = 0.1, max = 0.99) double confidence) {
    int successes = (int) Math.rint(share * trials);
    double width = width(Interval.wilson(successes, trials, confidence));

    assertThat(width(Interval.wilson(3 * successes, 3 * trials, confidence))).isLessThan(width);
    assertThat(width(Interval.wilson(successes, trials, confidence * 0.9))).isLessThan(width);
  }

  private static double width(Interval interval) {
    return interval.high() - interval.low();
  }

  /** The steps to the quantile end even where the probability rounds to 1. */
  @ParameterizedTest
  @ValueSource(doubles = {Double.MIN_VALUE, 1e-300, 1 - 1e-15, 0.9999999999999999})
  void should_find_a_quantile_for_every_confidence(double confidence) {
    Interval interval = Interval.wilson(5, 10, confidence);

    assertThat(interval.low()).isBetween(0.0, 0.5);
    assertThat(interval.high()).isBetween(0.5, 1.0);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0.95, 'trials must be >= 1, got 0'",
    "-1, 5, 0.95, 'successes must be from 0 to the number of trials (5), got -1'",
    "6, 5, 0.95, 'successes must be from 0 to the number of trials (5), got 6'",
    "1, 5, 0, 'confidence must be in (0, 1), got 0.0'",
    "1, 5, 1, 'confidence must be in (0, 1), got 1.0'",
    "1, 5, NaN, 'confidence must be in (0, 1), got NaN'"
  })
  void should_refuse_values_out_of_range(
      int successes, int trials, double confidence, String message) {
    assertThatThrownBy(() -> Interval.wilson(successes, trials, confidence))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void should_refuse_bounds_out_of_order() {
    assertThatThrownBy(() -> new Interval(0.5, 0.4, 0.95))
        .hasMessage("low and high must be in [0, 1] and in this order, got 0.5 and 0.4");
  }

  @Test
  void should_read_as_text() {
    assertThat(Interval.wilson(95, 100, 0.95)).hasToString("95 % interval 0.8882 to 0.9785");
    assertThat(new Interval(0.25, 0.5, 0.999)).hasToString("99.9 % interval 0.2500 to 0.5000");
  }

  @Test
  void should_say_the_interval_of_an_evaluation() {
    Evaluation.Tally tally = Evaluation.tally(List.of("cat", "dog"));
    for (int i = 0; i < 10; i++) {
      tally.add(new float[] {1, 0}, i < 7 ? 0 : 1);
    }
    Evaluation evaluation = tally.result();

    assertThat(evaluation.accuracyInterval()).isEqualTo(Interval.wilson(7, 10, 0.95));
    assertThat(evaluation.accuracyInterval(0.5)).isEqualTo(Interval.wilson(7, 10, 0.5));
    assertThat(evaluation)
        .hasToString(
            "accuracy 0.7000 (95 % interval 0.3968 to 0.8922), top-5 1.0000, loss 0.6133 on 10"
                + " images");
  }
}
