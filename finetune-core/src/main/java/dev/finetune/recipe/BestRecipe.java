package dev.finetune.recipe;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.image.Views;
import dev.finetune.loss.Targets;
import dev.finetune.train.TimeEstimate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The best settings that a search finds, and as many epochs as the rest of the time allows. */
record BestRecipe(Duration time) implements Recipe {

  private static final String REFERENCE = "recommended";

  /** The share of the time for the search. The rest is for the training. */
  private static final double SEARCH = 0.45;

  /** The share of the remaining time for the epochs: other processes may slow the machine. */
  private static final double USED = 0.92;

  /** The number of epochs before the last one whose weights may be averaged. */
  private static final int AVERAGED = 4;

  /** How many times the recommended number of epochs are trained at most. */
  private static final int MOST_TIMES = 4;

  BestRecipe {
    TrialTimes.requireTime(time);
  }

  @Override
  public String name() {
    return "best";
  }

  @Override
  public Recipe within(Duration other) {
    return new BestRecipe(other);
  }

  @Override
  public RecipeSettings settings(RecipeInput input) {
    checkArgument(
        input.kind() == Targets.Kind.CLASSES,
        "The recipe best must be for images with classes, got %s",
        input.kind());
    long start = System.nanoTime();
    RecipeSettings base =
        Recipe.recommended()
            .groups(input.groupOf())
            .settings(input)
            .withAfter(
                new AfterTraining(
                    AVERAGED, List.of(Views.signs(), Views.photographs()), input.groupOf()));
    TimeEstimate estimate = input.trials().estimate(base);
    Map<String, RecipeSettings> alternatives = new Alternatives(base, input).list();
    int epochs = base.options().epochs();
    SearchSize size = SearchSize.of(epochs, estimate, seconds() * SEARCH, alternatives.size());
    if (size.alternatives() == 0) {
      return fitted(base, TrialTimes.of(estimate), input, start)
          .because("There is no time to try other settings.");
    }
    Search search =
        Search.reference(REFERENCE, given(base))
            .efforts(size.efforts(epochs))
            .within(Duration.ofMillis((long) (seconds() * SEARCH * 1000)));
    for (Map.Entry<String, RecipeSettings> one :
        List.copyOf(alternatives.entrySet()).subList(0, size.alternatives())) {
      search = search.candidate(one.getKey(), given(one.getValue()));
    }
    SearchResult found = search.run(input);
    return fitted(found.settings(), TrialTimes.of(found), input, start)
        .with(options -> options.note(TRIALS, found.csv()))
        .because(
            String.format(
                Locale.ROOT,
                "Of %d settings, those called \"%s\" were chosen, after %d trials.%s",
                search.candidates().size(),
                found.best(),
                found.trials().size(),
                found.best().equals(REFERENCE) ? "" : " They differ from the above in that."));
  }

  /**
   * Returns the time to choose averages and views: passes over the validation images, each a third
   * of a step per image. Views have to be computed, too.
   */
  private static double afterSeconds(RecipeSettings settings, TrialTimes times, RecipeInput input) {
    int views = settings.after().views().stream().mapToInt(Views::size).sum();
    int passes = 2 + 2 * settings.after().epochs() + 2 * views;
    double valid = input.valid().size();
    return passes * times.epochSeconds() * valid / (3.0 * input.train().size() + valid);
  }

  private double seconds() {
    return time.toMillis() / 1000.0;
  }

  /** Returns a recipe with settings that are known. */
  private static Recipe given(RecipeSettings settings) {
    return new GivenRecipe(REFERENCE, settings);
  }

  /** Returns settings with as many epochs as the rest of the time allows. */
  private RecipeSettings fitted(
      RecipeSettings settings, TrialTimes times, RecipeInput input, long start) {
    int recommended = settings.options().epochs();
    double spent = (System.nanoTime() - start) / 1e9 + afterSeconds(settings, times, input);
    double left = Math.max(0.001, seconds() - spent);
    int epochs = times.epochsWithin(left * USED, MOST_TIMES * recommended);
    return settings
        .withEpochs(epochs)
        .with(options -> options.minutes(left / 60))
        .because(
            String.format(
                Locale.ROOT,
                "It trains for %d epochs, which fit into the remaining %.1f minutes; %d are"
                    + " recommended.",
                epochs,
                left / 60,
                recommended));
  }
}
