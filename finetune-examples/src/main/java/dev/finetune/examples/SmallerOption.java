package dev.finetune.examples;

import dev.finetune.FineTune;
import dev.finetune.FineTunePlan;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that chooses smaller images for the first epochs. */
final class SmallerOption {

  static final String NAME = "--smaller-until";

  @Option(
      names = NAME,
      paramLabel = "N:SIDE,...",
      converter = Converters.SmallerNotation.class,
      description =
          "Train with smaller images up to epoch N, such as 20:96,40:160: 96 x 96 up to epoch 20,"
              + " 160 x 160 up to epoch 40, and then the size of the backbone (default: all epochs"
              + " have that size).")
  private Converters.@Nullable Smaller smaller;

  /** Returns whether the option was given. */
  boolean given() {
    return smaller != null;
  }

  /** Returns a training with the smaller images. */
  FineTune apply(FineTune training) {
    FineTune all = training;
    if (smaller != null) {
      for (Map.Entry<Integer, Integer> side : smaller.sides().entrySet()) {
        all = all.smallerUntil(side.getKey(), side.getValue());
      }
    }
    return all;
  }

  /**
   * Checks that an epoch has the size of the backbone.
   *
   * @throws WrongCall if smaller images last to the last epoch
   */
  void requireEpochs(int epochs) {
    if (smaller != null && smaller.sides().lastKey() >= epochs) {
      throw WrongCall.must(
              "end before the last epoch", smaller.sides().lastKey() + " with --epochs " + epochs)
          .of(NAME);
    }
  }

  /** Returns the option for a plan; none if all of its epochs have the same size. */
  static ResolvedOptions resolved(FineTunePlan plan) {
    ResolvedOptions resolved = new ResolvedOptions();
    return plan.smaller().isEmpty()
        ? resolved
        : resolved.add(
            NAME,
            plan.smaller().entrySet().stream()
                .map(side -> side.getKey() + ":" + side.getValue())
                .collect(Collectors.joining(",")));
  }
}
