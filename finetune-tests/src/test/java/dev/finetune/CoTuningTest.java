package dev.finetune;

import static dev.finetune.SmallTraining.OPTIONS;
import static dev.finetune.SmallTraining.STEPS_PER_EPOCH;
import static dev.finetune.SmallTraining.TRAIN;
import static dev.finetune.SmallTraining.VALID;
import static dev.finetune.SmallTraining.timeless;
import static dev.finetune.head.HeadLayers.averageMaxPooling;
import static dev.finetune.head.HeadLayers.dense;
import static dev.finetune.head.HeadLayers.dropout;
import static dev.finetune.head.HeadLayers.globalAveragePooling;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.finetune.backbone.Backbone;
import dev.finetune.backbone.SourceHead;
import dev.finetune.freeze.Freeze;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.image.Augmentation;
import dev.finetune.image.Augmentations;
import dev.finetune.image.Pixels;
import dev.finetune.loss.CrossEntropy;
import dev.finetune.recipe.AfterTraining;
import dev.finetune.recipe.RecipeSettings;
import dev.finetune.train.BatchMix;
import dev.finetune.train.BatchResult;
import dev.finetune.train.ClassWeights;
import dev.finetune.train.CoTuning;
import dev.finetune.train.EpochResult;
import dev.finetune.train.EpochWeights;
import dev.finetune.train.Keep;
import dev.finetune.train.LearningRates;
import dev.finetune.train.Probe;
import dev.finetune.train.StopSignal;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingObserver;
import dev.finetune.weights.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings with the classes of the pretraining as a second output. */
class CoTuningTest {

  private static final int FEATURES = 8;
  private static final int SOURCES = 5;

  @TempDir private Path folder;

  /** Returns a source head with random values. */
  private static SourceHead source(int features, int classes) {
    SplittableRandom random = new SplittableRandom(17);
    float[] kernel = new float[features * classes];
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] = (float) random.nextDouble(-2, 2);
    }
    return SourceHead.of(
        Tensor.of(List.of(features, classes), kernel),
        Tensor.of(List.of(classes), new float[classes]));
  }

  private static Backbone backbone() {
    return SmallTraining.backbone().withSourceHead(source(FEATURES, SOURCES));
  }

  private static FineTune tuning() {
    return FineTune.from(backbone()).freezeUpTo("first").head(globalAveragePooling(), dropout(0.2));
  }

  private static FineTune coTuning() {
    return tuning().coTuning(CoTuning.usual());
  }

  @Test
  void should_give_a_model_as_without_co_tuning() throws Exception {
    Path file = folder.resolve("model.zip");
    LayerGraph graph = tuning().classes(3).plan().graph();
    try (FineTunedModel model = coTuning().train(TRAIN, VALID, OPTIONS)) {
      model.save(file);
      model.weights().requireMatch(graph, "the model");
      assertThat(model.graph().nodes()).isEqualTo(graph.nodes());
      EpochResult best = model.history().best();
      assertThat(best.validScore()).isGreaterThan(0.8);
      assertThat(model.evaluate(VALID).loss()).isCloseTo(best.validLoss(), within(1e-5));
      assertThat(model.evaluate(VALID).accuracy()).isEqualTo(best.validScore());
      assertThat(model.planJson()).contains("\"coTuning\":2.3");
      assertThat(model.provenanceJson()).contains("\"coTuning\":2.3", "\"name\":\"crossentropy\"");
      try (FineTunedModel loaded = FineTunedModel.load(file)) {
        assertThat(loaded.weights().tensors()).isEqualTo(model.weights().tensors());
        assertThat(loaded.classify(VALID.load(0)).probabilities())
            .isEqualTo(model.classify(VALID.load(0)).probabilities());
      }
    }
  }

  /**
   * The classes of the pretraining change the layers before them, and the last layer starts alike.
   */
  @Test
  void should_depend_on_the_strength_only() {
    TrainOptions options = OPTIONS.keep(Keep.LAST).epochs(2);
    try (FineTunedModel without = tuning().train(TRAIN, VALID, options);
        FineTunedModel hardly =
            tuning().coTuning(CoTuning.ofStrength(1e-60)).train(TRAIN, VALID, options);
        FineTunedModel with = coTuning().train(TRAIN, VALID, options)) {
      // The gradients of the source classes underflow to zero in float32.
      assertThat(hardly.weights().tensors()).isEqualTo(without.weights().tensors());
      assertThat(timeless(hardly.history())).isEqualTo(timeless(without.history()));
      assertThat(with.weights().tensor("second", ParameterRole.KERNEL))
          .isNotEqualTo(without.weights().tensor("second", ParameterRole.KERNEL));
      assertThat(with.history().epochs().get(0).trainLoss())
          .isGreaterThan(without.history().epochs().get(0).trainLoss());
    }
  }

  @Test
  void should_say_what_it_does() {
    FineTunePlan plan = coTuning().classes(3).plan();

    assertThat(plan.coTuning()).contains(CoTuning.ofStrength(2.3));
    assertThat(plan.describe())
        .contains("co-tuning with the classes of the pretraining, strength 2.3\n");
    assertThat(plan.toJson()).contains("\"coTuning\":2.3");
    assertThat(new RecipePlan("own", plan, OPTIONS, AfterTraining.nothing(), List.of()).describe())
        .contains("Co-tuning: strength 2.3\n");
    assertThat(tuning().classes(3).plan().toJson()).doesNotContain("coTuning");
  }

  @Test
  void should_collect_the_weights_of_the_model_only() {
    EpochWeights recent = EpochWeights.last(1, 1);
    LayerGraph graph = coTuning().classes(3).plan().graph();

    try (FineTunedModel model =
        coTuning().train(TRAIN, VALID, OPTIONS.epochs(3).observer(recent))) {
      assertThat(recent.list())
          .singleElement()
          .satisfies(weights -> weights.requireMatch(graph, "an epoch"));
      model.withBestAverage(recent.list(), VALID).close();
    }
  }

  private static TrainOptions stopAt(TrainOptions options, int steps) {
    StopSignal signal = new StopSignal();
    return options
        .stopSignal(signal)
        .observer(
            new TrainingObserver() {
              @Override
              public void batchEnded(BatchResult result) {
                if ((result.epoch() - 1) * STEPS_PER_EPOCH + result.batch() >= steps) {
                  signal.request();
                }
              }
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 6, 17})
  void should_resume_with_the_same_bits(int steps) throws Exception {
    FineTune tuning = coTuning().probe(Probe.first()).unfreezeAt(3, Freeze.none());
    TrainOptions options = OPTIONS.average(0.9);
    FineTunedModel through = tuning.train(TRAIN, VALID, options);

    FineTunedModel stopped =
        tuning.train(TRAIN, VALID, stopAt(options.checkpointAt(folder), steps));
    LayerGraph graph = tuning.classes(3).plan().graph();
    stopped.weights().requireMatch(graph, "the stopped model");
    try (FineTunedModel best = FineTunedModel.load(folder.resolve("best.zip"))) {
      assertThat(best.graph().nodes()).isEqualTo(graph.nodes());
    }
    FineTunedModel resumed = tuning.train(TRAIN, VALID, options.resume(folder));

    assertThat(resumed.weights().tensors()).isEqualTo(through.weights().tensors());
    assertThat(timeless(resumed.history())).isEqualTo(timeless(through.history()));
  }

  @Test
  void should_refuse_to_resume_with_another_strength_or_without_co_tuning() {
    coTuning().train(TRAIN, VALID, stopAt(OPTIONS.checkpointAt(folder), 2));

    assertThatThrownBy(
            () ->
                tuning()
                    .coTuning(CoTuning.ofStrength(1))
                    .train(TRAIN, VALID, OPTIONS.resume(folder)))
        .hasMessageContaining("coTuning=2.3")
        .hasMessageContaining("coTuning=1.0");
    assertThatThrownBy(() -> tuning().train(TRAIN, VALID, OPTIONS.resume(folder)))
        .hasMessageContaining("network was ");
  }

  /** Everything that a training can have works with it. */
  @Test
  void should_train_with_other_settings() {
    TrainOptions options =
        OPTIONS
            .epochs(4)
            .loss(CrossEntropy.crossEntropy().smoothing(0.1))
            .classWeights(ClassWeights.balanced())
            .mix(BatchMix.parse("mixup:0.2"))
            .augment(Augmentations.affine(10, 0.1, 0.1), 2)
            .accumulate(2)
            .clip(1)
            .average(0.5);
    FineTune tuning =
        FineTune.from(backbone())
            .head(globalAveragePooling())
            .freezeAll()
            .unfreezeAt(2, Freeze.upToStage(2))
            .unfreezeAt(4, Freeze.none())
            .smallerUntil(2, 6)
            .probe(Probe.first())
            .coTuning(CoTuning.usual());
    try (FineTunedModel model = tuning.train(TRAIN, VALID, options)) {
      assertThat(model.history().epochs()).hasSize(4);
      assertThat(model.history().stemSeconds()).isPositive();
      assertThat(model.evaluate(VALID).accuracy()).isEqualTo(model.history().best().validScore());
    }
  }

  /** A changed image says less about what its class has to do with those of the pretraining. */
  @Test
  void should_relate_classes_by_images_as_they_are() {
    AtomicInteger changed = new AtomicInteger();
    Augmentation counting =
        new Augmentation() {
          @Override
          public Pixels apply(Pixels image, RandomGenerator random) {
            changed.incrementAndGet();
            return image;
          }

          @Override
          public String description() {
            return "counting";
          }
        };
    FineTune tuning =
        FineTune.from(backbone())
            .freezeNone()
            .head(globalAveragePooling())
            .coTuning(CoTuning.usual());

    tuning.train(TRAIN, VALID, OPTIONS.epochs(1).augment(counting, 1)).close();

    assertThat(changed).hasValue(TRAIN.size());
  }

  @Test
  void should_measure_rates_and_times() {
    FineTunePlan plan = coTuning().classes(3).plan();

    LearningRates rates = plan.findLearningRate(TRAIN, OPTIONS);
    assertThat(rates.points().get(0).loss()).isGreaterThan(2); // the source classes are in the loss
    assertThat(plan.estimate(TRAIN, VALID, OPTIONS).totalSeconds()).isPositive();
  }

  private static void refused(FineTune tuning, String message) {
    assertThatThrownBy(() -> tuning.classes(3).plan())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void should_refuse_plans_that_cannot_have_it() {
    FineTune open = FineTune.from(backbone()).freezeNone().coTuning(CoTuning.usual());
    refused(
        open.head(globalAveragePooling(), dense(4)),
        "Co-tuning must have a head of global average pooling and dropout only, got the layers"
            + " [head/dense]");
    refused(
        open.head(averageMaxPooling()),
        "Co-tuning must have a head of global average pooling and dropout only, got the layers"
            + " [head/global_max_pooling, head/concatenate]");
    refused(
        open,
        "Co-tuning must have a head of global average pooling and dropout only, got the layers"
            + " [head/flatten]");
    refused(
        open.head(globalAveragePooling()).probe(Probe.only()),
        "Co-tuning must have epochs after the probe, got probe(only)");
    refused(
        FineTune.from(backbone()).head(globalAveragePooling()).coTuning(CoTuning.usual()),
        "Co-tuning must train layers of the backbone, got a backbone that is frozen in all epochs");
    refused(
        FineTune.from(SmallTraining.backbone())
            .freezeNone()
            .head(globalAveragePooling())
            .coTuning(CoTuning.usual()),
        "Co-tuning must have a backbone with the classification layer of its pretraining, got"
            + " small without it");
    refused(
        FineTune.from(SmallTraining.backbone().withSourceHead(source(6, SOURCES)))
            .freezeNone()
            .head(globalAveragePooling())
            .coTuning(CoTuning.usual()),
        "Co-tuning must have as many features before the logits as the layer of the pretraining"
            + " reads, 6, got 8");
    assertThatThrownBy(() -> open.head(globalAveragePooling()).tags(2).plan())
        .hasMessage("Co-tuning must be for images with classes, got tags");
    assertThatThrownBy(() -> open.coTuning(CoTuning.usual()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Set co-tuning only once, got coTuning(2.3) and then coTuning(2.3)");
    try (FineTunedModel model = tuning().train(TRAIN, VALID, OPTIONS.epochs(1))) {
      assertThatThrownBy(() -> FineTune.from(model).coTuning(CoTuning.usual()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("use FineTune.from(model.backbone()) for co-tuning");
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void should_refuse_a_strength_that_is_not_positive(double strength) {
    assertThatThrownBy(() -> CoTuning.ofStrength(strength))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("strength must be > 0 and finite");
  }

  /** A recipe does not know what the application sets. */
  @Test
  void should_leave_out_that_of_a_recipe_where_it_cannot_be() {
    RecipeSettings chosen =
        RecipeSettings.of(Freeze.none(), List.of(globalAveragePooling()), OPTIONS)
            .withCoTuning(CoTuning.ofStrength(1));

    assertThat(FineTune.from(backbone()).with(chosen).classes(3).plan().coTuning())
        .contains(CoTuning.ofStrength(1));
    assertThat(coTuning().with(chosen).classes(3).plan().coTuning()).contains(CoTuning.usual());
    for (FineTune other :
        List.of(
            FineTune.from(SmallTraining.backbone()),
            FineTune.from(backbone()).head(dense(4)),
            FineTune.from(backbone()).freezeAll())) {
      FineTunePlan plan = other.with(chosen).classes(3).plan();
      assertThat(plan.coTuning()).isEmpty();
      assertThat(plan.toJson()).isEqualTo(other.with(without(chosen)).classes(3).plan().toJson());
    }
  }

  private static RecipeSettings without(RecipeSettings chosen) {
    return RecipeSettings.of(chosen.freezing(), chosen.head(), chosen.options());
  }
}
