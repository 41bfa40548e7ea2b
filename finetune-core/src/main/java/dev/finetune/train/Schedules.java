package dev.finetune.train;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import com.google.common.primitives.Doubles;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The notation of schedules on the command line: a name, and settings that differ from their
 * defaults, such as {@code cosine,warmup=0.1}.
 */
public final class Schedules {

  private static final String KNOWN = "constant, cosine, onecycle, step or polynomial";
  private static final OneCycleSchedule ONE_CYCLE = new OneCycleSchedule(0.3, 25, 1e4);
  private static final ImmutableSet<String> WARM_UP = ImmutableSet.of("warmup", "warmup-steps");

  private Schedules() {}

  /**
   * {@return the schedule of a notation} The schedules and their settings are
   *
   * <ul>
   *   <li>{@code constant}
   *   <li>{@code cosine} with {@code lowest}, 0 by default
   *   <li>{@code onecycle} with {@code rise}, {@code start} and {@code end}; 0.3, 25 and 1e4 by
   *       default
   *   <li>{@code step,factor=FACTOR,at=SHARE/SHARE}, both required
   *   <li>{@code polynomial} with {@code power} and {@code lowest}; 1 and 0 by default
   * </ul>
   *
   * <p>All may have {@code warmup=SHARE} or {@code warmup-steps=STEPS}. The values are those of the
   * static factories in {@link Schedule}.
   *
   * @param notation the notation, such as {@code step,factor=0.1,at=0.5/0.75}
   * @throws IllegalArgumentException if the schedule or a setting is unknown, or a value is outside
   *     its range
   */
  public static Schedule parse(String notation) {
    Notation read = new Notation(notation);
    if (read.argument().isPresent()) {
      throw read.refusal("A schedule must have no argument", "\"" + read.argument().get() + "\"");
    }
    return warmUp(read, main(read));
  }

  private static Schedule main(Notation read) {
    return switch (read.name()) {
      case "constant" -> {
        requireOnly(read, ImmutableSet.of());
        yield Schedule.constant();
      }
      case "cosine" -> {
        requireOnly(read, ImmutableSet.of("lowest"));
        yield Schedule.cosine(read.number("lowest", 0));
      }
      case "onecycle" -> {
        requireOnly(read, ImmutableSet.of("rise", "start", "end"));
        yield Schedule.oneCycle(
            read.number("rise", ONE_CYCLE.rise()),
            read.number("start", ONE_CYCLE.start()),
            read.number("end", ONE_CYCLE.end()));
      }
      case "step" -> {
        requireOnly(read, ImmutableSet.of("factor", "at"));
        if (!read.has("factor") || !read.has("at")) {
          throw read.refusal("step must have factor and at", "\"" + read + "\"");
        }
        yield Schedule.step(read.number("factor", 0), Doubles.toArray(read.numbers("at")));
      }
      case "polynomial" -> {
        requireOnly(read, ImmutableSet.of("power", "lowest"));
        yield Schedule.polynomial(read.number("power", 1), read.number("lowest", 0));
      }
      default -> throw read.refusal("A schedule must be " + KNOWN, "\"" + read.name() + "\"");
    };
  }

  private static void requireOnly(Notation read, Set<String> keys) {
    read.requireOnly(Sets.union(keys, WARM_UP));
  }

  private static Schedule warmUp(Notation read, Schedule schedule) {
    if (read.has("warmup") && read.has("warmup-steps")) {
      throw read.refusal("A schedule must have at most one warm-up", "two");
    } else if (read.has("warmup")) {
      return schedule.warmUp(read.number("warmup", 0));
    } else if (read.has("warmup-steps")) {
      return schedule.warmUpSteps(read.whole("warmup-steps"));
    }
    return schedule;
  }

  /**
   * {@return the notation of a schedule, which {@link #parse} reads}
   *
   * @param schedule a schedule of this package
   * @throws IllegalArgumentException if it is another one
   */
  public static String notation(Schedule schedule) {
    if (schedule instanceof WarmUp s) {
      String setting = s.count() > 0 ? "warmup-steps=" + s.count() : "warmup=" + s.share();
      return notation(s.after()) + "," + setting;
    } else if (schedule instanceof ConstantSchedule s) {
      return s.name();
    } else if (schedule instanceof CosineSchedule s) {
      return s.name() + Notation.setting("lowest", s.lowest(), 0);
    } else if (schedule instanceof OneCycleSchedule s) {
      return s.name()
          + Notation.setting("rise", s.rise(), ONE_CYCLE.rise())
          + Notation.setting("start", s.start(), ONE_CYCLE.start())
          + Notation.setting("end", s.end(), ONE_CYCLE.end());
    } else if (schedule instanceof StepSchedule s) {
      return s.name() + ",factor=" + s.factor() + ",at=" + join(s.shares());
    } else if (schedule instanceof PolynomialSchedule s) {
      return s.name()
          + Notation.setting("power", s.power(), 1)
          + Notation.setting("lowest", s.lowest(), 0);
    }
    throw new IllegalArgumentException(
        "A schedule with a notation must be " + KNOWN + ", got " + schedule.name());
  }

  private static String join(List<Double> values) {
    return values.stream().map(Object::toString).collect(Collectors.joining("/"));
  }
}
