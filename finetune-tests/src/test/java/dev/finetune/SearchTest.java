package dev.finetune;

import static dev.finetune.head.HeadLayers.globalAveragePooling;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.data.Folds;
import dev.finetune.data.ImageDataset;
import dev.finetune.evaluate.CrossValidation;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.freeze.Freeze;
import dev.finetune.image.Views;
import dev.finetune.recipe.Recipe;
import dev.finetune.recipe.RecipeInput;
import dev.finetune.recipe.RecipeSettings;
import dev.finetune.recipe.Search;
import dev.finetune.recipe.SearchResult;
import dev.finetune.train.Adam;
import dev.finetune.train.StopSignal;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingObserver;
import dev.finetune.train.Trial;
import dev.finetune.train.Trial.Verdict;
import dev.finetune.train.TrialStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("numeric")
class SearchTest {

  private static final ImageDataset TRAIN = SmallTraining.TRAIN;
  private static final ImageDataset VALID = SmallTraining.VALID;
  private static final TrainOptions OPTIONS = SmallTraining.OPTIONS.epochs(3);

  /** Records the events of trainings and searches. */
  private static final class Recorder implements TrainingObserver {
    final List<String> events = new ArrayList<>();
    final List<Trial> trials = new ArrayList<>();
    final List<TrialStart> starts = new ArrayList<>();

    @Override
    public void trainingStarted(dev.finetune.train.TrainingStart start) {
      events.add("started");
    }

    @Override
    public void trialStarted(TrialStart start) {
      starts.add(start);
    }

    @Override
    public void trialEnded(Trial trial) {
      events.add("trial");
      trials.add(trial);
    }
  }

  /** A recipe whose settings do not depend on the images. */
  private record Given(RecipeSettings settings) implements Recipe {
    @Override
    public String name() {
      return "given";
    }

    @Override
    public RecipeSettings settings(RecipeInput input) {
      return settings;
    }
  }

  private static Recipe recipe(TrainOptions options) {
    return new Given(
        RecipeSettings.of(Freeze.upToStage(2), List.of(globalAveragePooling()), options));
  }

  private static FineTune fineTune() {
    return FineTune.from(SmallTraining.backbone());
  }

  /** Returns the folders of searches. */
  private static Set<Path> temporary() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("finetune-trials"))
          .collect(Collectors.toSet());
    }
  }

  @Test
  void should_find_settings_that_learn() throws IOException {
    Set<Path> before = temporary();
    Recorder recorder = new Recorder();
    TrainOptions slow = OPTIONS.optimizer(Adam.adam(1e-9)).observer(recorder);
    TrainOptions fast = OPTIONS.epochs(30).observer(recorder);

    SearchResult found =
        fineTune()
            .search(
                TRAIN,
                VALID,
                Search.reference("slow", recipe(slow)).candidate("fast", recipe(fast)).rounds(2));

    assertThat(found.best()).isEqualTo("fast");
    assertThat(found.settings().options().epochs()).isEqualTo(30);
    assertThat(found.trials()).extracting(Trial::epochs).containsExactly(1, 10, 3, 30);
    assertThat(recorder.trials).isEqualTo(found.trials());
    assertThat(recorder.starts)
        .containsExactly(
            new TrialStart("slow", 1, 1, 2, 1),
            new TrialStart("fast", 1, 2, 2, 10),
            new TrialStart("slow", 2, 1, 2, 3),
            new TrialStart("fast", 2, 2, 2, 30));
    assertThat(recorder.events).containsOnly("trial"); // trials have no observers
    assertThat(temporary()).isEqualTo(before);
  }

  /** The loss of a trial is that of the model that the same training gives. */
  @Test
  void should_measure_the_loss_of_the_trained_model() {
    SearchResult found = fineTune().search(TRAIN, VALID, Search.reference("a", recipe(OPTIONS)));

    try (FineTunedModel model = fineTune().train(TRAIN, VALID, recipe(OPTIONS))) {
      Evaluation expected = model.evaluate(VALID);
      Trial trial = found.trials().get(0);
      assertThat(trial.loss()).hasValue(expected.loss());
      assertThat(trial.correct()).isEqualTo(expected.right());
      assertThat(trial.images()).isEqualTo(VALID.size());
      assertThat(trial.verdict()).isEqualTo(Verdict.CHOSEN);
    }
  }

  @Test
  void should_cross_validate() {
    Folds folds = Folds.of(TRAIN, 3, 5);

    CrossValidation result = fineTune().crossValidate(folds, recipe(OPTIONS));
    SearchResult found = fineTune().search(folds, Search.reference("a", recipe(OPTIONS)));

    List<Evaluation> byHand = new ArrayList<>();
    for (int fold = 0; fold < 3; fold++) {
      ImageDataset valid = folds.valid(fold);
      try (FineTunedModel model =
          fineTune()
              .freezeUpToStage(2)
              .head(globalAveragePooling())
              .train(folds.train(fold), valid, OPTIONS)) {
        byHand.add(model.evaluate(valid));
      }
    }
    assertThat(result.folds())
        .extracting(Evaluation::losses)
        .isEqualTo(byHand.stream().map(Evaluation::losses).toList());
    assertThat(result.pooled().count()).isEqualTo(TRAIN.size());
    assertThat(found.trials().get(0).loss()).hasValue(result.pooled().loss());
    assertThat(found.trials().get(0).correct()).isEqualTo(result.pooled().right());
  }

  @Test
  void should_stop_a_candidate_that_diverges() {
    TrainOptions tooFast = OPTIONS.optimizer(Adam.adam(1e30));

    SearchResult found =
        fineTune()
            .search(
                TRAIN,
                VALID,
                Search.reference("slow", recipe(OPTIONS)).candidate("too fast", recipe(tooFast)));

    assertThat(found.best()).isEqualTo("slow");
    assertThat(found.trials())
        .filteredOn(t -> t.candidate().equals("too fast"))
        .extracting(Trial::verdict)
        .containsExactly(Verdict.DIVERGED);
  }

  @Test
  void should_train_with_the_best_settings() throws IOException {
    Set<Path> before = temporary();
    Recorder recorder = new Recorder();

    try (FineTunedModel model =
        fineTune()
            .train(
                TRAIN,
                VALID,
                Recipe.best(Duration.ofMinutes(2))
                    .with(o -> o.observer(recorder).seed(7).epochs(4)))) {
      assertThat(model.classNames()).isEqualTo(TRAIN.classNames());
      assertThat(model.provenanceJson())
          .contains("\"recipe\":\"best\"")
          .contains("\"trials\":\"round,candidate,");
      assertThat(model.history().epochs()).hasSize(4);
    }
    assertThat(recorder.trials).isNotEmpty();
    assertThat(recorder.events).endsWith("trial", "started");
    assertThat(temporary()).isEqualTo(before);
  }

  @Test
  void should_end_a_search_on_request() {
    StopSignal stop = new StopSignal();
    stop.request();

    assertThatThrownBy(
            () ->
                fineTune()
                    .search(TRAIN, VALID, Search.reference("a", recipe(OPTIONS.stopSignal(stop)))))
        .isInstanceOf(TrainingInterruptedException.class);
  }

  /** On images that are upside down, the view that turns them back lowers the loss. */
  @Test
  void should_choose_views_that_lower_the_loss() {
    Views turned = Views.parse("rotate:180");
    Views both = Views.parse("identity,rotate:180");
    ImageDataset upsideDown =
        ImageDataset.of(
            IntStream.range(0, VALID.size()).boxed().toList(),
            i -> VALID.classNames().get(VALID.label(i)),
            VALID::name,
            i -> turned.apply(VALID.load(i)).get(0));

    try (FineTunedModel model = fineTune().train(TRAIN, VALID, recipe(OPTIONS.epochs(20)));
        FineTunedModel onUsual = model.withBestViews(VALID, List.of(turned, both));
        FineTunedModel onTurned = model.withBestViews(upsideDown, List.of(both, turned));
        FineTunedModel one =
            model.withBestViews(upsideDown, List.of(turned), name -> "all in one group")) {
      assertThat(onUsual.views().isNone()).isTrue();
      assertThat(onTurned.views()).isEqualTo(turned);
      assertThat(one.views().isNone()).isTrue();
    }
  }
}
