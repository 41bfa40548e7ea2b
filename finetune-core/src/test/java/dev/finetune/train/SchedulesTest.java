package dev.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finetune.testing.Goldens;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.assertj.core.data.Offset;

class SchedulesTest {

  /** PyTorch computes each rate from the one before, in double precision; Keras in float32. */
  private static final Offset<Double> DOUBLE = Offset.offset(1e-12);

  /** A rate of at most 0.4 after a handful of operations in float32. */
  private static final Offset<Double> FLOAT = Offset.offset(1e-7);

  private static final List<String> OF_KERAS =
      List.of("cosine,lowest=0.05", "polynomial,power=0.5,lowest=0.1");

  @Example
  void has_the_rates_of_the_frameworks() {
    JsonNode goldens = Goldens.read("schedules.json");
    assertThat(goldens).hasSize(13);
    for (Map.Entry<String, JsonNode> golden : goldens.properties()) {
      Schedule schedule = Schedules.parse(golden.getKey());
      int steps = golden.getValue().size();
      for (int step = 1; step <= steps; step++) {
        assertThat(schedule.rate(0.4, step, steps))
            .as("%s, step %s of %s", golden.getKey(), step, steps)
            .isCloseTo(
                golden.getValue().get(step - 1).asDouble(),
                OF_KERAS.contains(golden.getKey()) ? FLOAT : DOUBLE);
      }
    }
  }

  @Property(seed = "42")
  void has_valid_rates_for_any_number_of_steps(
      @ForAll("schedules") Schedule schedule,
      @ForAll @LongRange(min = 1, max = 1_000) long steps,
      @ForAll @LongRange(min = 1, max = 1_000) long step) {
    double rate = schedule.rate(0.4, Math.min(step, steps), steps);

    assertThat(rate).isBetween(0.0, 0.4 * (1 + 1e-12));
  }

  @Property(seed = "42")
  void has_a_notation(@ForAll("schedules") Schedule schedule) {
    assertThat(Schedules.parse(Schedules.notation(schedule))).isEqualTo(schedule);
  }

  @Example
  void writes_only_settings_that_are_not_the_default() {
    assertThat(Schedules.notation(Schedule.cosine().warmUp(0.1))).isEqualTo("cosine,warmup=0.1");
    assertThat(Schedules.notation(Schedule.step(0.1, 0.5, 0.75)))
        .isEqualTo("step,factor=0.1,at=0.5/0.75");
    assertThat(Schedules.notation(Schedule.oneCycle())).isEqualTo("onecycle");
  }

  @Example
  void has_settings_for_provenance() {
    assertThat(Schedule.step(0.1, 0.5, 0.75).warmUpSteps(9).settings())
        .isEqualTo(Map.of("factor", 0.1, "share1", 0.5, "share2", 0.75, "warmUpSteps", 9.0));
    assertThat(Schedule.cosine().warmUp(0.1).name()).isEqualTo("cosine");
  }

  @Example
  void refuses_what_it_does_not_know() {
    refuses(
        "linear",
        "A schedule must be constant, cosine, onecycle, step or polynomial, got \"linear\"");
    refuses("cosine:3", "A schedule must have no argument, got \"3\" in \"cosine:3\"");
    refuses(
        "cosine,low=1",
        "The settings of cosine must be among [lowest, warmup, warmup-steps], got \"low\" in"
            + " \"cosine,low=1\"");
    refuses(
        "cosine,lowest=half", "lowest must be a number, got \"half\" in \"cosine,lowest=half\"");
    refuses("cosine,lowest=2", "lowest must be in [0, 1], got 2.0");
    refuses(
        "cosine,lowest=0.1,lowest=0.2",
        "A setting must be given once, got lowest twice in \"cosine,lowest=0.1,lowest=0.2\"");
    refuses("cosine,", "A setting must have a name, got \"\" in \"cosine,\"");
    refuses("step,factor=0.1", "step must have factor and at, got \"step,factor=0.1\"");
    refuses("step,factor=0.1,at=0.7/0.5", "shares must be in (0, 1) and ascending, got [0.7, 0.5]");
    refuses("step,factor=1,at=0.5", "factor must be in (0, 1), got 1.0");
    refuses("polynomial,power=0", "power must be > 0 and finite, got 0.0");
    refuses("onecycle,rise=2", "rise must be in [0, 1], got 2.0");
    refuses("onecycle,start=0", "start must be >= 1 and finite, got 0.0");
    refuses("onecycle,end=0", "end must be >= 1 and finite, got 0.0");
    refuses("cosine,warmup=1", "share must be in (0, 1), got 1.0");
    refuses("cosine,warmup-steps=0", "steps must be >= 1, got 0");
    refuses(
        "cosine,warmup-steps=0.5",
        "warmup-steps must be a whole number, got \"0.5\" in \"cosine,warmup-steps=0.5\"");
    refuses(
        "cosine,warmup=0.1,warmup-steps=2",
        "A schedule must have at most one warm-up, got two in"
            + " \"cosine,warmup=0.1,warmup-steps=2\"");
    assertThatThrownBy(() -> Schedule.cosine().warmUp(0.1).warmUp(0.1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A schedule must have at most one warm-up, got a second one");
    assertThatThrownBy(() -> Schedule.step(0.1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shares must not be empty");
  }

  private static void refuses(String notation, String message) {
    assertThatThrownBy(() -> Schedules.parse(notation))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Provide
  Arbitrary<Schedule> schedules() {
    Arbitrary<Double> share = Arbitraries.doubles().between(0, 1);
    Arbitrary<Double> inside = Arbitraries.doubles().between(0.001, 0.999).ofScale(3);
    Arbitrary<Double> large = Arbitraries.doubles().between(1, 1e4);
    Arbitrary<Schedule> plain =
        Arbitraries.oneOf(
            Arbitraries.just(Schedule.constant()),
            share.map(Schedule::cosine),
            Combinators.combine(share, large, large).as(Schedule::oneCycle),
            Combinators.combine(inside, inside.set().ofMinSize(1).ofMaxSize(4))
                .as(
                    (f, at) ->
                        Schedule.step(f, at.stream().mapToDouble(d -> d).sorted().toArray())),
            Combinators.combine(Arbitraries.doubles().between(0.1, 4), share)
                .as(Schedule::polynomial));
    return Arbitraries.oneOf(
        plain,
        Combinators.combine(plain, inside).as(Schedule::warmUp),
        Combinators.combine(plain, Arbitraries.longs().between(1, 500)).as(Schedule::warmUpSteps));
  }
}
