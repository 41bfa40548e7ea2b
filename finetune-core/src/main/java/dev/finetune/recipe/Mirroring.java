package dev.finetune.recipe;

import dev.finetune.evaluate.PairedDifference;
import dev.finetune.image.View;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether classes stay the same if images are mirrored, by how a linear probe recognises mirrored
 * validation images. If a class is the mirror image of another, such as a sign for a curve to the
 * left, it takes them for each other.
 *
 * @param usual the loss on the validation images
 * @param increase by how much the loss is higher on mirrored ones
 */
record Mirroring(double usual, PairedDifference increase) {

  /** How much of its usual value the loss may increase. */
  private static final double ALLOWED = 0.1;

  /** How many standard errors are added to the increase: flips that are wrong cost much. */
  private static final double ERRORS = 2;

  /**
   * Measures the loss of a probe.
   *
   * @param probe the settings of the probe
   * @return empty if no probe can be fitted
   */
  static Optional<Mirroring> measure(RecipeInput input, RecipeSettings probe) {
    if (!input.trials().canProbe()) {
      return Optional.empty();
    }
    View same = View.identity();
    return input
        .trials()
        .train(probe, List.of(same, same.mirror()))
        .map(
            results ->
                new Mirroring(
                    results.get(0).loss(), results.get(1).minus(results.get(0), input.groupOf())));
  }

  /** Returns whether images may be flipped. */
  boolean isHarmless() {
    return increase.mean() + ERRORS * increase.standardError() < ALLOWED * usual;
  }

  /** Returns the reason as a sentence. */
  String reason() {
    return String.format(
        Locale.ROOT,
        "Images are %s: a linear probe has a loss of %.3f on validation images, and on mirrored ones"
            + " %+.3f with a standard error of %.3f.",
        isHarmless() ? "flipped at random" : "not flipped",
        usual,
        increase.mean(),
        increase.standardError());
  }
}
