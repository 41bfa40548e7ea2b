package dev.finetune;

import static dev.finetune.SmallTraining.OPTIONS;
import static dev.finetune.SmallTraining.TRAIN;
import static dev.finetune.SmallTraining.VALID;
import static dev.finetune.SmallTraining.backbone;
import static dev.finetune.head.HeadLayers.globalAveragePooling;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.common.collect.ConcurrentHashMultiset;
import com.google.common.collect.Multiset;
import dev.finetune.backbone.Backbone;
import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import dev.finetune.freeze.Freeze;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.image.Augmentations;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Preprocessing;
import dev.finetune.testing.ChangedImages;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.BatchMix;
import dev.finetune.train.BatchNormStatistics;
import dev.finetune.train.FeatureCache;
import dev.finetune.train.MemoryEstimate;
import dev.finetune.train.Probe;
import dev.finetune.train.TimeEstimate;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingObserver;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The predicted duration of a training. No test depends on how fast the machine is. */
class TimeEstimateTest {

  private static final int MOST_LOADS = 8000;

  @TempDir private Path folder;

  private static FineTune headFirst() {
    return FineTune.from(backbone())
        .freezeAll()
        .unfreezeAt(3, Freeze.upToStage(1))
        .unfreezeAt(4, Freeze.none())
        .head(globalAveragePooling());
  }

  private static FineTune withoutStem() {
    return FineTune.from(backbone()).freezeNone().head(globalAveragePooling());
  }

  private static FineTune normalised(int trainable) {
    LayerGraph graph =
        LayerGraph.builder()
            .add("in", new Input(Shape.image(3, 8, 8)))
            .then("first", new Conv2d(4, 3, 1, Padding.SAME, true, Activation.RELU))
            .then("norm", new BatchNorm(1e-3, 0.99))
            .build();
    Backbone backbone =
        Backbone.of(
            "normalised",
            new InputSpec(8, 8, Preprocessing.TF),
            graph,
            RandomWeights.glorot(graph, 1),
            "seed 1");
    return FineTune.from(backbone).freezeAllBut(trainable).head(globalAveragePooling());
  }

  private static TimeEstimate estimate(FineTune tuning, TrainOptions options) {
    return tuning.classes(3).plan().estimate(TRAIN, VALID, options);
  }

  private static void requirePositive(TimeEstimate estimate) {
    assertThat(estimate.phases())
        .allSatisfy(
            phase -> {
              assertThat(phase.stemSeconds()).isNotNegative().isFinite();
              assertThat(phase.epochSeconds()).isPositive().isFinite();
            });
    assertThat(estimate.phases().get(0).stemSeconds()).isPositive();
    assertThat(estimate.totalSeconds()).isPositive().isFinite();
  }

  @ParameterizedTest
  @ValueSource(strings = {"onednn", "dl4j"})
  void estimates_a_training_with_a_stem_and_one_without(String engine) {
    for (FineTune tuning : List.of(SmallTraining.fineTune(), withoutStem())) {
      TimeEstimate estimate = estimate(tuning.engine(engine), OPTIONS);

      requirePositive(estimate);
      assertThat(estimate.phases()).hasSize(1);
      assertThat(estimate.epochs()).isEqualTo(OPTIONS.epochs());
    }
  }

  @Test
  void has_an_entry_for_each_phase() {
    TimeEstimate estimate = estimate(headFirst(), OPTIONS);

    requirePositive(estimate);
    assertThat(estimate.phases().stream().map(TimeEstimate.Phase::epochs)).containsExactly(2, 1, 3);
    assertThat(estimate.phases().get(1).stemSeconds()).isPositive();
    // The third phase has no stem, and its images were checked by the first one.
    assertThat(estimate.phases().get(2).stemSeconds()).isZero();
  }

  @Test
  void estimates_augmentation_mixtures_averages_and_accumulation() throws IOException {
    TrainOptions options =
        OPTIONS
            .augment(Augmentations.signs(), 3)
            .mix(BatchMix.mixup(0.2))
            .average(0.9)
            .clip(1)
            .accumulate(3);

    requirePositive(estimate(SmallTraining.fineTune(), options));
    requirePositive(
        estimate(SmallTraining.fineTune(), options.cache(FeatureCache.at(folder)).batch(100)));
    requirePositive(estimate(withoutStem(), options));
    // Nothing is stored.
    try (var files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void estimates_recomputed_statistics(int trainable) {
    requirePositive(
        estimate(
            normalised(trainable),
            OPTIONS.batchNormStatistics(BatchNormStatistics.RECOMPUTED).average(0.9)));
  }

  @Test
  void estimates_tags_and_values() {
    FineTune tuning = SmallTraining.fineTune();

    requirePositive(tuning.tags(3).plan().estimate(Spots.tags(40, 1), Spots.tags(12, 2), OPTIONS));
    requirePositive(
        tuning.values(2).plan().estimate(Spots.values(40, 1), Spots.values(12, 2), OPTIONS));
  }

  @Test
  void a_training_after_an_estimate_has_the_same_bits() {
    TrainOptions options = OPTIONS.augment(Augmentations.signs(), 2).average(0.9);
    FineTunePlan plan = headFirst().classes(3).plan();
    Weights before = plan.train(TRAIN, VALID, options).weights();

    assertThat(plan.estimate(TRAIN, VALID, options).phases()).hasSize(3);

    assertThat(plan.train(TRAIN, VALID, options).weights().tensors()).isEqualTo(before.tensors());
  }

  @Test
  void tells_observers_nothing() {
    List<String> told = new ArrayList<>();
    TrainingObserver observer =
        new TrainingObserver() {
          @Override
          public void memoryEstimated(MemoryEstimate estimate) {
            told.add("memoryEstimated");
          }

          @Override
          public void stemProgress(int done, int total) {
            told.add("stemProgress");
          }
        };

    requirePositive(estimate(headFirst(), OPTIONS.observer(observer)));

    assertThat(told).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void reads_a_bounded_number_of_images(boolean frozen) {
    Multiset<String> loads = ConcurrentHashMultiset.create();
    SyntheticImages many = new SyntheticImages(3, 20_000, 8, 1);
    ImageDataset counting = counting(many, loads);
    FineTune tuning = FineTune.from(backbone()).head(globalAveragePooling());

    requirePositive(
        (frozen ? tuning.freezeAll() : tuning.freezeNone())
            .classes(3)
            .plan()
            .estimate(counting, counting, OPTIONS));

    assertThat(loads.elementSet()).hasSizeBetween(32, 64);
    assertThat(loads).hasSizeLessThan(MOST_LOADS);
  }

  private static ImageDataset counting(ImageDataset images, Multiset<String> loads) {
    return ChangedImages.of(images)
        .loader(
            index -> {
              loads.add(images.name(index));
              return images.load(index);
            });
  }

  private static ImageDataset unreadable(ImageDataset images) {
    return ChangedImages.of(images)
        .loader(
            index -> {
              throw new IOException(images.name(index) + ": unreadable");
            });
  }

  private static void refusesAsTraining(
      FineTunePlan plan, ImageDataset train, ImageDataset valid, TrainOptions options) {
    Throwable refused = catchThrowable(() -> plan.train(train, valid, options));

    assertThat(refused).isNotNull();
    assertThatThrownBy(() -> plan.estimate(train, valid, options))
        .isInstanceOf(refused.getClass())
        .hasMessage(refused.getMessage());
  }

  @Test
  void refuses_what_training_refuses() {
    FineTunePlan plan = SmallTraining.fineTune().classes(3).plan();

    refusesAsTraining(plan, TRAIN.select(), VALID, OPTIONS);
    refusesAsTraining(plan, TRAIN, VALID.select(), OPTIONS);
    refusesAsTraining(plan, new SyntheticImages(4, 8, 8, 1), VALID, OPTIONS);
    refusesAsTraining(plan, TRAIN, new SyntheticImages(4, 8, 8, 1), OPTIONS);
    refusesAsTraining(SmallTraining.fineTune().tags(3).plan(), TRAIN, VALID, OPTIONS);
    refusesAsTraining(headFirst().classes(3).plan(), TRAIN, VALID, OPTIONS.epochs(3));
    refusesAsTraining(withoutStem().classes(3).plan(), unreadable(TRAIN), VALID, OPTIONS);
  }

  /** All images are unreadable; only those of the sample are read and listed. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void refuses_unreadable_images(boolean frozen) {
    FineTunePlan plan = (frozen ? SmallTraining.fineTune() : withoutStem()).classes(3).plan();

    assertThatThrownBy(() -> plan.estimate(unreadable(TRAIN), VALID, OPTIONS))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("unreadable");
  }

  @Test
  void adds_the_times_of_stems_and_epochs() {
    TimeEstimate.Phase head = new TimeEstimate.Phase(3, 10.5, 2.25);
    TimeEstimate.Phase all = new TimeEstimate.Phase(1, 0, 40.5);
    TimeEstimate estimate = new TimeEstimate(List.of(head, all));

    assertThat(estimate.stemSeconds()).isEqualTo(10.5);
    assertThat(estimate.epochs()).isEqualTo(4);
    assertThat(estimate.totalSeconds()).isEqualTo(10.5 + 3 * 2.25 + 40.5);
    assertThat(new TimeEstimate(List.of(new TimeEstimate.Phase(6, 10.5, 2.25))).totalSeconds())
        .isEqualTo(10.5 + 2 * (3 * 2.25));
    assertThat(estimate)
        .hasToString(
            "about 57.8 s: 10.5 s before the first step, then 3 epochs of 2.3 s; 0.0 s before the"
                + " first step, then 1 epoch of 40.5 s");
  }

  @Test
  void rejects_times_and_epochs_out_of_range() {
    assertThatThrownBy(() -> new TimeEstimate.Phase(0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("epochs must be >= 1, got 0");
    assertThatThrownBy(() -> new TimeEstimate.Phase(1, -1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("stemSeconds must be >= 0 and finite, got -1.0");
    assertThatThrownBy(() -> new TimeEstimate.Phase(1, 1, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("epochSeconds must be >= 0 and finite, got NaN");
    assertThatThrownBy(() -> new TimeEstimate(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("phases must not be empty");
  }

  /** A probe has no steps; the time of its features comes before those that start from it. */
  @Test
  void should_contain_the_features_of_a_probe() {
    TimeEstimate only =
        estimate(
            FineTune.from(backbone()).head(globalAveragePooling()).probe(Probe.only()), OPTIONS);
    TimeEstimate first = estimate(withoutStem().probe(Probe.first()), OPTIONS.epochs(5));

    assertThat(only.phases()).hasSize(1);
    assertThat(only.phases().get(0).stemSeconds()).isPositive();
    assertThat(only.phases().get(0).epochSeconds()).isZero();
    assertThat(only.epochs()).isEqualTo(1);
    requirePositive(first);
    assertThat(first.epochs()).isEqualTo(5);
    assertThat(first.after(2.5).stemSeconds())
        .isCloseTo(first.stemSeconds() + 2.5, Offset.offset(1e-9));
    assertThat(first.after(2.5).totalSeconds())
        .isCloseTo(first.totalSeconds() + 2.5, Offset.offset(1e-9));
  }
}
