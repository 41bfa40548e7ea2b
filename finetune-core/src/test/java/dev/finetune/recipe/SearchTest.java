package dev.finetune.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.freeze.Freeze;
import dev.finetune.loss.Targets;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.Trial;
import dev.finetune.train.Trial.Verdict;
import dev.finetune.train.TrialStart;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SearchTest {

  private static final double[] REFERENCE = {0.5, 0.5, 0.5, 0.5};
  private static final double[] BETTER = {0.6, 0.6, 0.6, 0.6};
  private static final double[] WORSE = {0.4, 0.4, 0.4, 0.4};

  /** Better on the whole, but by two images of the same group. */
  private static final double[] BETTER_IN_ONE_GROUP = {0.9, 0.9, 0.48, 0.48};

  private static final SyntheticImages IMAGES = new SyntheticImages(2, ScriptedTrials.IMAGES, 8, 1);

  private static RecipeInput input(Trials trials) {
    return new RecipeInput(
        RandomBackbones.backbone(3, 3),
        Targets.Kind.CLASSES,
        2,
        IMAGES,
        IMAGES,
        name -> name.substring(0, name.indexOf('_')),
        trials);
  }

  private static Recipe recipe(long seed, int epochs) {
    return new GivenRecipe(
        "given",
        RecipeSettings.of(
            Freeze.none(), List.of(), TrainOptions.defaults().seed(seed).epochs(epochs)));
  }

  /** Returns a search with as many candidates; their seeds are 0, 1, and so on. */
  private static Search search(int candidates, int epochs) {
    Search search = Search.reference("c0", recipe(0, epochs));
    for (int i = 1; i < candidates; i++) {
      search = search.candidate("c" + i, recipe(i, epochs));
    }
    return search;
  }

  private static List<Verdict> verdicts(SearchResult result, int round) {
    return result.trials().stream().filter(t -> t.round() == round).map(Trial::verdict).toList();
  }

  @Test
  void should_choose_what_is_better_than_the_reference() {
    ScriptedTrials trials = new ScriptedTrials(Map.of(0L, REFERENCE, 1L, WORSE, 2L, BETTER));

    SearchResult result = search(3, 10).run(input(trials));

    assertThat(result.best()).isEqualTo("c2");
    assertThat(result.settings().options().seed()).isEqualTo(2);
    assertThat(result.settings().options().epochs()).isEqualTo(10);
    assertThat(trials.trained).containsExactly("0:10", "1:10", "2:10");
    assertThat(verdicts(result, 1))
        .containsExactly(Verdict.STOPPED, Verdict.STOPPED, Verdict.CHOSEN);
    assertThat(result.trials()).isEqualTo(trials.told);
    assertThat(result.trials().get(2).loss().getAsDouble()).isEqualTo(-Math.log(0.6));
    assertThat(result.trials().get(2).reason()).isEqualTo("loss -0.1823, standard error 0.0000");
  }

  @Test
  void should_keep_the_reference_if_the_difference_is_within_its_error() {
    ScriptedTrials trials = new ScriptedTrials(Map.of(0L, REFERENCE, 1L, BETTER_IN_ONE_GROUP));

    SearchResult result = search(2, 10).run(input(trials));

    assertThat(result.trials().get(1).loss().getAsDouble())
        .isLessThan(result.trials().get(0).loss().getAsDouble());
    assertThat(result.best()).isEqualTo("c0");
  }

  @Test
  void should_give_a_third_of_the_candidates_three_times_the_epochs() {
    ScriptedTrials trials =
        new ScriptedTrials(
            Map.of(
                0L, WORSE, 1L, REFERENCE, 2L, BETTER, 3L, WORSE, 4L, REFERENCE, 5L, WORSE, 6L,
                WORSE));

    SearchResult result = search(7, 9).rounds(3).run(input(trials));

    assertThat(trials.trained)
        .containsExactly(
            "0:1", "1:1", "2:1", "3:1", "4:1", "5:1", "6:1", // all
            "0:3", "2:3", "1:3", // the reference, and two of the six others
            "0:9", "2:9");
    assertThat(verdicts(result, 2))
        .containsExactly(Verdict.CONTINUED, Verdict.CONTINUED, Verdict.STOPPED);
    assertThat(result.best()).isEqualTo("c2");
  }

  @Test
  void should_stop_a_candidate_that_diverges() {
    ScriptedTrials trials = new ScriptedTrials(Map.of(0L, REFERENCE, 1L, new double[0]));

    SearchResult result = search(2, 9).rounds(2).run(input(trials));

    assertThat(result.best()).isEqualTo("c0");
    assertThat(result.trials().get(0).verdict()).isEqualTo(Verdict.DIVERGED);
    assertThat(result.trials().get(0).accuracy()).isEmpty();
    assertThat(trials.trained).containsExactly("0:3", "1:3", "0:9");
  }

  @Test
  void should_refuse_to_choose_if_all_diverge() {
    ScriptedTrials trials = new ScriptedTrials(Map.of());

    assertThatThrownBy(() -> search(2, 9).run(input(trials)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("All candidates of a search diverged: use lower learning rates. Got [c0, c1]");
  }

  @Test
  void should_begin_no_trial_but_those_of_the_reference_after_the_time() {
    ScriptedTrials trials = new ScriptedTrials(Map.of(0L, REFERENCE, 1L, BETTER));

    SearchResult result = search(2, 9).rounds(2).within(Duration.ofNanos(1)).run(input(trials));

    assertThat(result.best()).isEqualTo("c0");
    assertThat(trials.trained).containsExactly("0:3", "0:9");
    assertThat(trials.started)
        .containsExactly(new TrialStart("c0", 1, 1, 2, 3), new TrialStart("c0", 2, 1, 1, 9));
    assertThat(result.trials().get(0).verdict()).isEqualTo(Verdict.SKIPPED);
  }

  @Test
  void should_end_on_request_with_the_best_so_far() {
    ScriptedTrials trials = new ScriptedTrials(Map.of(0L, REFERENCE, 1L, BETTER, 2L, BETTER));
    trials.endAfter = 2;

    SearchResult result = search(3, 9).rounds(2).run(input(trials));

    assertThat(trials.trained).containsExactly("0:3", "1:3");
    assertThat(result.best()).isEqualTo("c1");
    assertThat(verdicts(result, 1))
        .containsExactly(Verdict.SKIPPED, Verdict.STOPPED, Verdict.CHOSEN);
  }

  @Test
  void should_print_a_table() {
    ScriptedTrials trials = new ScriptedTrials(Map.of(0L, REFERENCE, 1L, BETTER));
    Search search =
        Search.reference("base", recipe(0, 2)).candidate("rate 1e-3, \"slow\"", recipe(1, 2));

    SearchResult result = search.run(input(trials));

    assertThat(result.table().lines().map(String::stripTrailing).toList())
        .containsExactly(
            "round  candidate          epochs  seconds  loss    accuracy (95 % interval)  verdict  reason",
            "1      base               2       2.0      0.6931  1.000 (0.510 to 1.000)    stopped  the"
                + " reference; loss differences are to it",
            "1      rate 1e-3, \"slow\"  2       2.0      0.5108  1.000 (0.510 to 1.000)    chosen   loss"
                + " -0.1823, standard error 0.0000");
    assertThat(result.csv().lines().toList())
        .startsWith("round,candidate,epochs,seconds,loss,accuracy (95 % interval),verdict,reason")
        .endsWith(
            "1,\"rate 1e-3, \"\"slow\"\"\",2,2.0,0.5108,1.000 (0.510 to 1.000),chosen,\"loss -0.1823,"
                + " standard error 0.0000\"");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7})
  void should_refuse_numbers_of_rounds(int rounds) {
    assertThatThrownBy(() -> search(2, 9).rounds(rounds))
        .hasMessage("rounds must be from 1 to 6, got " + rounds);
  }

  @Test
  void should_refuse_invalid_settings() {
    Search search = search(2, 9);

    assertThatThrownBy(() -> search.candidate("c1", recipe(1, 1)))
        .hasMessage("Candidates must have distinct names, got \"c1\" twice");
    assertThatThrownBy(() -> search.candidate(" ", recipe(1, 1)))
        .hasMessage("The name of a candidate must be one line and not blank, got \" \"");
    assertThatThrownBy(() -> search.efforts(0.5, 0.5))
        .hasMessage("efforts must be over 0, up to 1 and in ascending order, got [0.5, 0.5]");
    assertThatThrownBy(() -> search.efforts(0.5, 1.1)).hasMessageContaining("got [0.5, 1.1]");
    assertThatThrownBy(() -> search.efforts(new double[0]))
        .hasMessage("There must be at least one effort, got none");
    assertThatThrownBy(() -> search.within(Duration.ZERO))
        .hasMessage("The time of a search must be > 0, got PT0S");
  }

  @Test
  void should_say_that_it_needs_trials() {
    RecipeInput without =
        new RecipeInput(RandomBackbones.backbone(3, 3), Targets.Kind.CLASSES, 2, IMAGES, IMAGES);

    assertThatThrownBy(() -> search(2, 9).run(without))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("must be used through FineTune.train, plan or settings");
  }

  /** Trials have the options of the application, too. */
  @Test
  void should_try_with_changed_options() {
    ScriptedTrials trials = new ScriptedTrials(Map.of(8L, BETTER));
    Recipe searching =
        new Recipe() {
          @Override
          public String name() {
            return "searching";
          }

          @Override
          public RecipeSettings settings(RecipeInput input) {
            return search(1, 9).run(input).settings();
          }
        };
    UnaryOperator<TrainOptions> change = options -> options.seed(8);

    RecipeSettings settings = searching.with(change).settings(input(trials));

    assertThat(trials.trained).containsExactly("8:9");
    assertThat(settings.options().seed()).isEqualTo(8);
  }
}
