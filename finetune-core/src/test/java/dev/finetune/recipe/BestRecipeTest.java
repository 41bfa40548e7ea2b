package dev.finetune.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.backbone.Backbone;
import dev.finetune.backbone.SourceHead;
import dev.finetune.image.Views;
import dev.finetune.loss.Targets;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.TimeEstimate;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.Trial;
import dev.finetune.train.Trial.Verdict;
import dev.finetune.weights.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BestRecipeTest {

  private static final double[] RESULT = {0.5, 0.5, 0.5, 0.5};
  private static final SyntheticImages IMAGES = new SyntheticImages(2, ScriptedTrials.IMAGES, 8, 1);

  private static RecipeInput input(Targets.Kind kind, Trials trials) {
    return new RecipeInput(
        RandomBackbones.backbone(3, 3), kind, 2, IMAGES, IMAGES, name -> name, trials);
  }

  private static ScriptedTrials trials() {
    return new ScriptedTrials(Map.of(TrainOptions.defaults().seed(), RESULT));
  }

  /** The recommended 400 epochs of 0.5 s take 200 s. */
  @Test
  void should_search_and_train_as_long_as_the_time_allows() {
    ScriptedTrials trials = trials();

    RecipeSettings settings =
        Recipe.best(Duration.ofSeconds(1000)).settings(input(Targets.Kind.CLASSES, trials));

    assertThat(trials.trained.size()).isGreaterThan(5);
    // Trials of 1 s and 0.5 s per epoch; the trials themselves take no time here.
    assertThat(settings.options().epochs()).isBetween(1500, 1600);
    assertThat(settings.options().minutes().getAsDouble()).isBetween(16.0, 1000.0 / 60);
    assertThat(settings.options().notes().get(Recipe.TRIALS)).startsWith("round,candidate,");
    assertThat(settings.after().epochs()).isEqualTo(4);
    assertThat(settings.after().views()).containsExactly(Views.signs(), Views.photographs());
    assertThat(String.join(" ", settings.reasons()))
        .contains("those called \"recommended\" were chosen")
        .contains("400 are recommended");
  }

  @Test
  void should_train_without_a_search_if_there_is_no_time() {
    ScriptedTrials trials = trials();
    trials.slower = 1000; // the time that the choice itself takes is less than an epoch

    RecipeSettings settings =
        Recipe.best(Duration.ofSeconds(20_000)).settings(input(Targets.Kind.CLASSES, trials));

    assertThat(trials.trained).isEmpty();
    // 0.92 of 16,500 s without 1,000 s before the first epoch; 28 passes of 125 s follow the last
    assertThat(settings.options().epochs()).isEqualTo(28);
    assertThat(settings.reasons()).contains("There is no time to try other settings.");
    assertThat(settings.options().notes()).doesNotContainKey(Recipe.TRIALS);
  }

  private static String trialsOf(Backbone backbone) {
    RecipeInput input =
        new RecipeInput(backbone, Targets.Kind.CLASSES, 2, IMAGES, IMAGES, name -> name, trials());
    RecipeSettings settings = Recipe.best(Duration.ofDays(1)).settings(input);
    return settings.options().notes().getOrDefault(Recipe.TRIALS, "");
  }

  /** A search without a network must not end because a layer cannot be downloaded. */
  @Test
  void should_try_co_tuning_if_the_classes_of_the_pretraining_can_be_read() {
    Backbone backbone = RandomBackbones.backbone(3, 3);
    SourceHead.Layer layer =
        new SourceHead.Layer(
            Tensor.of(List.of(3, 4), new float[12]), Tensor.of(List.of(4), new float[4]));
    SourceHead known = new SourceHead(3, 4, List.of(), () -> layer);
    SourceHead elsewhere =
        new SourceHead(
            3,
            4,
            List.of(),
            () -> {
              throw new UncheckedIOException(new IOException("no network"));
            });

    assertThat(trialsOf(backbone)).doesNotContain(",co-tuning,").contains(",no augmentation,");
    assertThat(trialsOf(backbone.withSourceHead(known))).contains(",co-tuning,");
    assertThat(trialsOf(backbone.withSourceHead(elsewhere))).doesNotContain(",co-tuning,");
  }

  /** Whether left and right matter is not known, so flips have to prove themselves. */
  @Test
  void should_try_flips_that_recommended_leaves_out() {
    RecipeSettings recommended =
        Recipe.recommended().settings(input(Targets.Kind.CLASSES, trials()));

    assertThat(recommended.options().augmentation().orElseThrow().notation()).hasValue("signs");
    assertThat(String.join(" ", recommended.reasons())).contains("augmentation has no flips");
    assertThat(trialsOf(RandomBackbones.backbone(3, 3))).contains(",flips,");
  }

  @Test
  void should_be_for_classes() {
    assertThatThrownBy(
            () -> Recipe.best(Duration.ofDays(1)).settings(input(Targets.Kind.TAGS, trials())))
        .hasMessage("The recipe best must be for images with classes, got tags");
    assertThatThrownBy(() -> Recipe.best(Duration.ZERO))
        .hasMessage("time must be at least a millisecond, got PT0S");
  }

  @Test
  void should_have_fewer_epochs_within_a_time_if_recommended() {
    Recipe recommended = Recipe.recommended().with(o -> o.seed(5));

    RecipeSettings all = recommended.settings(input(Targets.Kind.CLASSES, trials()));
    RecipeSettings little =
        recommended.within(Duration.ofSeconds(100)).settings(input(Targets.Kind.CLASSES, trials()));
    RecipeSettings enough =
        recommended
            .within(Duration.ofSeconds(1000))
            .settings(input(Targets.Kind.CLASSES, trials()));

    assertThat(all.options().epochs()).isEqualTo(400);
    assertThat(all.options().minutes()).isEmpty();
    assertThat(little.options().epochs()).isEqualTo(178); // (0.9 x 100 s - 1 s) / 0.5 s
    assertThat(little.options().minutes()).hasValue(100.0 / 60);
    assertThat(little.reasons()).contains("Only 178 epochs of about 0.5 s fit into the time.");
    assertThat(enough.options().epochs()).isEqualTo(400);
    assertThat(enough.reasons()).isEqualTo(all.reasons());
  }

  @Test
  void should_limit_the_time_of_other_recipes() {
    RecipeSettings settings =
        Recipe.article()
            .within(Duration.ofMinutes(3))
            .settings(input(Targets.Kind.CLASSES, Trials.none()));

    assertThat(settings.options().minutes()).hasValue(3);
    assertThat(settings.options().epochs()).isEqualTo(101);
  }

  /** The groups reach the probe and the trials. */
  @Test
  void should_have_groups() {
    RecipeSettings settings =
        Recipe.recommended()
            .groups(name -> "all")
            .settings(input(Targets.Kind.CLASSES, Trials.none()));

    assertThat(settings.probe().orElseThrow().groupOf().apply("x")).isEqualTo("all");
  }

  @Property(tries = 500, seed = "14")
  void should_search_within_the_time(
      @ForAll @IntRange(min = 1, max = 400) int epochs,
      @ForAll @DoubleRange(min = 0, max = 100) double setUp,
      @ForAll @DoubleRange(min = 0.01, max = 50) double epoch,
      @ForAll @DoubleRange(min = 1, max = 10_000) double seconds,
      @ForAll @IntRange(min = 0, max = 9) int available) {
    TimeEstimate estimate = new TimeEstimate(List.of(new TimeEstimate.Phase(epochs, setUp, epoch)));

    SearchSize size = SearchSize.of(epochs, estimate, seconds, available);

    assertThat(size.alternatives()).isBetween(0, available);
    if (size.alternatives() > 0) {
      int continued = (size.alternatives() + 2) / 3 + 1;
      double needed =
          (size.alternatives() + 1) * (setUp + epoch * size.first())
              + continued * (setUp + epoch * size.second());
      assertThat(needed).isLessThanOrEqualTo(seconds * (1 + 1e-9));
      assertThat(size.first()).isBetween((int) Math.max(1, epochs * 0.08 - 1), epochs);
      assertThat(size.second()).isBetween(size.first(), epochs);
      for (double effort : size.efforts(epochs)) {
        assertThat(effort).isBetween(0.0, 1.0);
      }
    }
  }

  private static Trial trial(int round, int epochs, double seconds) {
    return new Trial(
        "c", round, epochs, seconds, OptionalDouble.of(1), 1, 1, Verdict.CONTINUED, "");
  }

  /** 4 s and 0.5 s per epoch. */
  @Test
  void should_tell_set_up_from_epochs() {
    RecipeSettings settings = Recipe.article().settings(input(Targets.Kind.CLASSES, Trials.none()));

    TrialTimes times =
        TrialTimes.of(new SearchResult("c", settings, List.of(trial(1, 10, 9), trial(2, 30, 19))));
    TrialTimes single = TrialTimes.of(new SearchResult("c", settings, List.of(trial(1, 10, 9))));
    TrialTimes faster =
        TrialTimes.of(new SearchResult("c", settings, List.of(trial(1, 10, 9), trial(2, 30, 8))));

    assertThat(times).isEqualTo(new TrialTimes(4, 0.5));
    assertThat(times.epochsWithin(24.9, 100)).isEqualTo(41);
    assertThat(times.epochsWithin(24.9, 20)).isEqualTo(20);
    assertThat(times.epochsWithin(1, 20)).isEqualTo(1);
    assertThat(single.epochSeconds()).isEqualTo(0.9);
    assertThat(faster.epochSeconds()).isPositive();
  }
}
