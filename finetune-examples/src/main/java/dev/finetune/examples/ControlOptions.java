package dev.finetune.examples;

import dev.finetune.recipe.Recipe;
import dev.finetune.train.TrainOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that end and continue a training. */
final class ControlOptions {

  static final String RESUME = "--resume";

  @Option(
      names = "--minutes",
      paramLabel = "X",
      converter = Converters.PositiveNumber.class,
      description =
          "End the training after X minutes, with the model of the finished epochs (default: no"
              + " limit).")
  private @Nullable Double minutes;

  @Option(
      names = RESUME,
      description =
          "Continue the training that was interrupted in --out. The options must be the same,"
              + " except for more --epochs.")
  private boolean resume;

  /** Returns whether an interrupted training is to be continued. */
  boolean resume() {
    return resume;
  }

  /** Returns the recipe with the time limit. */
  Recipe limit(Recipe recipe) {
    return minutes == null
        ? recipe
        : recipe.within(Duration.ofMillis(Math.max(1, Math.round(minutes * 60_000))));
  }

  /** Returns the settings with the time limit. */
  TrainOptions limit(TrainOptions options) {
    return minutes == null ? options : options.minutes(minutes);
  }
}
