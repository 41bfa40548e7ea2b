package dev.finetune;

import static dev.finetune.head.HeadLayers.dense;
import static dev.finetune.train.Adam.adam;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finetune.data.DatasetException;
import dev.finetune.data.TagDataset;
import dev.finetune.data.ValueDataset;
import dev.finetune.evaluate.Metric;
import dev.finetune.evaluate.TagEvaluation;
import dev.finetune.evaluate.TagPrediction;
import dev.finetune.evaluate.Thresholds;
import dev.finetune.evaluate.ValueEvaluation;
import dev.finetune.image.Pixels;
import dev.finetune.loss.BinaryCrossEntropy;
import dev.finetune.loss.CrossEntropy;
import dev.finetune.loss.Huber;
import dev.finetune.loss.Loss;
import dev.finetune.loss.Targets;
import dev.finetune.train.BatchResult;
import dev.finetune.train.ClassWeights;
import dev.finetune.train.EpochResult;
import dev.finetune.train.Keep;
import dev.finetune.train.Sampling;
import dev.finetune.train.Score;
import dev.finetune.train.StopSignal;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Training to find tags and to estimate values, from the images to the saved model. */
class TagsAndValuesTest {

  private static final TagDataset TAGS = Spots.tags(240, 1);
  private static final TagDataset VALID_TAGS = Spots.tags(80, 2);
  private static final ValueDataset VALUES = Spots.values(240, 1);
  private static final ValueDataset VALID_VALUES = Spots.values(80, 2);
  private static final TrainOptions OPTIONS =
      TrainOptions.defaults().epochs(6).batch(16).optimizer(adam(1e-2)).keep(Keep.BEST).seed(3);

  /** The rounding error of outputs in float32 between two engines, in original units of 1. */
  private static final double TOLERANCE = 1e-4;

  @TempDir private Path folder;

  private static FineTune fineTune() {
    return FineTune.from(SmallTraining.backbone()).freezeUpTo("second").head(dense(16));
  }

  @ParameterizedTest
  @ValueSource(strings = {"onednn", "dl4j"})
  void learns_tags(String engine) {
    try (TagModel model = fineTune().engine(engine).train(TAGS, VALID_TAGS, OPTIONS)) {
      EpochResult best = model.history().best();
      TagEvaluation evaluation = model.evaluate(VALID_TAGS);

      assertThat(model.tagNames()).containsExactly("row", "column", "upper");
      assertThat(model.history().score()).isEqualTo(Score.MEAN_AVERAGE_PRECISION);
      assertThat(best.validScore()).isGreaterThan(0.95);
      assertThat(best.trainScore()).isBetween(0.8, 1.0);
      assertThat(evaluation.meanAveragePrecision()).isCloseTo(best.validScore(), within(TOLERANCE));
      assertThat(evaluation.loss()).isCloseTo(best.validLoss(), within(TOLERANCE));
      // The network of the model computes stem and tail at once, with other rounding errors.
      assertThat(Thresholds.fit(evaluation).probabilities().stream().mapToDouble(p -> p).toArray())
          .containsExactly(
              model.thresholds().probabilities().stream().mapToDouble(p -> p).toArray(),
              within(TOLERANCE));
      assertThat(evaluation.macroF1(model.thresholds())).isGreaterThan(0.9);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"onednn", "dl4j"})
  void learns_values_in_their_units(String engine) {
    try (ValueModel model = fineTune().engine(engine).train(VALUES, VALID_VALUES, OPTIONS)) {
      EpochResult best = model.history().best();
      ValueEvaluation evaluation = model.evaluate(VALID_VALUES);

      assertThat(model.valueNames()).containsExactly("height", "width");
      assertThat(model.history().score()).isEqualTo(Score.R2);
      assertThat(best.validScore()).isGreaterThan(0.7);
      assertThat(evaluation.r2()).isCloseTo(best.validScore(), within(TOLERANCE));
      // Losses are in standardised units, evaluations in the original ones.
      assertThat(best.validLoss()).isLessThan(1);
      assertThat(evaluation.loss()).isGreaterThan(100);
      assertThat(evaluation.perValue().get(1).meanAbsoluteError()).isLessThan(0.02);
    }
  }

  /** One step with all images: the score is that of the initial outputs. */
  @Test
  void computes_the_score_of_training_from_the_outputs_of_the_steps() {
    List<float[][]> outputs = new ArrayList<>();
    List<Targets> targets = new ArrayList<>();
    Loss recording = recording(Huber.huber(1), outputs, targets);

    EpochResult result =
        fineTune()
            .train(VALUES, VALID_VALUES, OPTIONS.epochs(1).batch(240).loss(recording))
            .history()
            .last();

    ValueEvaluation.Tally tally = ValueEvaluation.tally(List.of("height", "width"));
    tally.add(outputs.get(0), targets.get(0));
    assertThat(outputs).hasSize(1);
    assertThat(result.trainScore()).isCloseTo(tally.result().r2(), within(1e-9));
    assertThat(standardDeviation(targets.get(0))).isCloseTo(1, within(1e-9));

    outputs.clear();
    targets.clear();
    Loss recordingTags = recording(BinaryCrossEntropy.binaryCrossEntropy(), outputs, targets);
    EpochResult tags =
        fineTune()
            .train(TAGS, VALID_TAGS, OPTIONS.epochs(1).batch(240).loss(recordingTags))
            .history()
            .last();
    TagEvaluation.Tally tagTally = TagEvaluation.tally(List.of("a", "b", "c"));
    tagTally.add(outputs.get(0), targets.get(0));
    assertThat(tags.trainScore()).isCloseTo(tagTally.result().accuracy(), within(1e-9));
  }

  private static double standardDeviation(Targets targets) {
    double sum = 0;
    for (int i = 0; i < targets.size(); i++) {
      sum += targets.value(i, 0) * targets.value(i, 0);
    }
    return Math.sqrt(sum / targets.size());
  }

  private static Loss recording(Loss loss, List<float[][]> outputs, List<Targets> targets) {
    return new Loss() {
      @Override
      public String name() {
        return "recording";
      }

      @Override
      public Map<String, Double> settings() {
        return Map.of();
      }

      @Override
      public double compute(float[][] given, Targets wanted, float[][] gradients) {
        outputs.add(Arrays.stream(given).map(float[]::clone).toArray(float[][]::new));
        targets.add(wanted);
        return loss.compute(given, wanted, gradients);
      }
    };
  }

  @Test
  void learns_one_tag_and_one_value_with_an_own_loss_and_metric() {
    TagDataset oneTag =
        TagDataset.of(
            List.of("row"),
            Spots.random(120, 1),
            s -> s.row() >= 0 ? List.of("row") : List.of(),
            Spots::name,
            Spots::image);
    ValueDataset oneValue =
        ValueDataset.of(
            List.of("height"),
            Spots.random(120, 1),
            s -> new double[] {s.row()},
            Spots::name,
            Spots::image);
    Metric worst =
        new Metric() {
          @Override
          public String name() {
            return "worst";
          }

          @Override
          public Tally tally() {
            double[] largest = {0};
            return new Tally() {
              @Override
              public void add(float[][] outputs, Targets targets) {
                for (int i = 0; i < outputs.length; i++) {
                  double error = Math.abs(outputs[i][0] - targets.value(i, 0));
                  largest[0] = Math.max(largest[0], error);
                }
              }

              @Override
              public double result() {
                return largest[0];
              }
            };
          }
        };

    TagModel tags = fineTune().train(oneTag, oneTag, OPTIONS.epochs(2));
    ValueModel values =
        fineTune()
            .train(oneValue, oneValue, OPTIONS.epochs(2).loss(Huber.huber(0.5)).metric(worst));

    assertThat(tags.graph().outputShape().size()).isEqualTo(1);
    assertThat(tags.history().epochs()).hasSize(2);
    assertThat(values.history().last().metrics()).containsOnlyKeys("worst");
    assertThat(values.provenanceJson()).contains("\"huber\"");
  }

  @Test
  void predicts_the_same_alone_in_a_list_and_after_a_reload() throws IOException {
    List<Pixels> images = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      images.add(VALID_TAGS.load(i));
    }
    TagModel tags = fineTune().train(TAGS, VALID_TAGS, OPTIONS.epochs(2));
    ValueModel values = fineTune().train(VALUES, VALID_VALUES, OPTIONS.epochs(2));
    tags.save(folder.resolve("tags.zip"));
    values.save(folder.resolve("values.zip"));

    TagPrediction prediction = tags.tags(images.get(35));
    assertThat(tags.tags(images)).hasSize(40);
    assertThat(tags.tags(images).get(35).probability("upper"))
        .isCloseTo(prediction.probability("upper"), within(1e-6));
    // A batch may be computed with other rounding errors than a single image.
    assertThat(values.values(images).get(35))
        .containsExactly(values.values(images.get(35)), within(1e-3));
    assertThat(prediction.tags())
        .isEqualTo(
            prediction.tagNames().stream()
                .filter(
                    tag ->
                        prediction.probability(tag)
                            >= tags.thresholds().probabilities().get(tags.tagNames().indexOf(tag)))
                .toList());
    try (TagModel again = TagModel.load(folder.resolve("tags.zip"))) {
      assertThat(again.tags(images.get(35))).isEqualTo(prediction);
      assertThat(again.thresholds()).isEqualTo(tags.thresholds());
      again.save(folder.resolve("again.zip"));
      assertThat(Files.readAllBytes(folder.resolve("again.zip")))
          .isEqualTo(Files.readAllBytes(folder.resolve("tags.zip")));
    }
    try (ValueModel again =
        ValueModel.load(folder.resolve("values.zip"), engine -> engine.threads(1))) {
      assertThat(again.values(images.get(3))).isEqualTo(values.values(images.get(3)));
      assertThat(again.history()).isEqualTo(values.history());
      again.save(folder.resolve("again.zip"));
      assertThat(Files.readAllBytes(folder.resolve("again.zip")))
          .isEqualTo(Files.readAllBytes(folder.resolve("values.zip")));
    }
    values.close();
    assertThatThrownBy(() -> values.values(images.get(0)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> prediction.probability("lower"))
        .hasMessage("tagName must be one of [row, column, upper], got lower");
  }

  @Test
  void names_the_class_that_loads_a_model_of_another_kind() throws IOException {
    Path tags = folder.resolve("tags.zip");
    Path values = folder.resolve("values.zip");
    Path classes = folder.resolve("classes.zip");
    TrainOptions options = OPTIONS.epochs(1);
    fineTune().train(TAGS, VALID_TAGS, options).save(tags);
    fineTune().train(VALUES, VALID_VALUES, options).save(values);
    fineTune().train(Spots.classes(40, 1), Spots.classes(20, 2), options).save(classes);

    assertThatThrownBy(() -> FineTunedModel.load(tags))
        .isInstanceOf(IOException.class)
        .hasMessage(
            tags
                + ": the model must have classes as outputs, got the tags [row, column, upper];"
                + " load it with TagModel.load");
    assertThatThrownBy(() -> TagModel.load(values))
        .hasMessageContaining("must have tags as outputs, got the values [height, width]; load it")
        .hasMessageEndingWith("ValueModel.load");
    assertThatThrownBy(() -> ValueModel.load(classes))
        .hasMessageContaining("must have values as outputs, got the classes [empty, row]; load it")
        .hasMessageEndingWith("FineTunedModel.load");
  }

  @Test
  void matches_tags_and_values_by_name_in_evaluations() {
    TagModel tags = fineTune().train(TAGS, VALID_TAGS, OPTIONS.epochs(1));
    ValueModel values = fineTune().train(VALUES, VALID_VALUES, OPTIONS.epochs(1));
    List<Spots> items = Spots.random(80, 2);
    TagDataset turned =
        TagDataset.of(
            List.of("upper", "row", "column"), items, Spots::tags, Spots::name, Spots::image);
    ValueDataset turnedValues =
        ValueDataset.of(
            List.of("width", "height"),
            items,
            s -> new double[] {s.values()[1], s.values()[0]},
            Spots::name,
            Spots::image);
    List<Integer> progress = new ArrayList<>();

    assertThat(tags.evaluate(turned, progress::add).perTag())
        .isEqualTo(tags.evaluate(VALID_TAGS).perTag());
    assertThat(values.evaluate(turnedValues).perValue())
        .isEqualTo(values.evaluate(VALID_VALUES).perValue());
    assertThat(progress).containsExactly(32, 64, 80);
    assertThatThrownBy(
            () ->
                tags.evaluate(
                    TagDataset.of(
                        List.of("row", "top"), items, s -> List.of(), Spots::name, Spots::image)))
        .hasMessage(
            "The images must have the tags of the model, [row, column, upper], in any order, got"
                + " [row, top]");
    assertThatThrownBy(
            () ->
                values.evaluate(
                    ValueDataset.of(
                        List.of("width"), items, s -> new double[] {1}, Spots::name, Spots::image)))
        .hasMessageContaining("must have the values of the model, [height, width]");
  }

  /** Stops a training after a number of steps. */
  private static TrainOptions stopAt(TrainOptions options, int steps) {
    StopSignal signal = new StopSignal();
    int[] taken = {0};
    return options
        .stopSignal(signal)
        .observer(
            new TrainingObserver() {
              @Override
              public void batchEnded(BatchResult result) {
                if (++taken[0] >= steps) {
                  signal.request();
                }
              }
            });
  }

  /** The best epoch may be before the checkpoint; its thresholds are then part of the state. */
  @ParameterizedTest
  @ValueSource(ints = {7, 15, 16, 40, 75})
  void resumes_with_the_same_bits(int steps) throws IOException {
    TrainOptions options = OPTIONS.optimizer(adam(3e-2));
    TagModel through = fineTune().train(TAGS, VALID_TAGS, options);
    ValueModel valuesThrough = fineTune().train(VALUES, VALID_VALUES, options);
    Path tags = folder.resolve("tags");
    Path values = folder.resolve("values");

    fineTune().train(TAGS, VALID_TAGS, stopAt(options.checkpointAt(tags), steps));
    TagModel resumed = fineTune().train(TAGS, VALID_TAGS, options.resume(tags));
    fineTune().train(VALUES, VALID_VALUES, stopAt(options.checkpointAt(values), steps));
    ValueModel resumedValues = fineTune().train(VALUES, VALID_VALUES, options.resume(values));

    assertThat(resumed.weights().tensors()).isEqualTo(through.weights().tensors());
    assertThat(resumed.thresholds()).isEqualTo(through.thresholds());
    assertThat(SmallTraining.timeless(resumed.history()))
        .isEqualTo(SmallTraining.timeless(through.history()));
    assertThat(resumedValues.weights().tensors()).isEqualTo(valuesThrough.weights().tensors());
    assertThat(SmallTraining.timeless(resumedValues.history()))
        .isEqualTo(SmallTraining.timeless(valuesThrough.history()));
    try (TagModel best = TagModel.load(tags.resolve("best.zip"));
        ValueModel bestValues = ValueModel.load(values.resolve("best.zip"))) {
      assertThat(best.thresholds()).isEqualTo(resumed.thresholds());
      assertThat(best.weights().tensors()).isEqualTo(resumed.weights().tensors());
      assertThat(bestValues.weights().tensors()).isEqualTo(resumedValues.weights().tensors());
    }
  }

  @Test
  void returns_the_model_of_the_finished_epochs_with_its_class() {
    TrainOptions failing =
        OPTIONS
            .epochs(3)
            .observer(
                new TrainingObserver() {
                  @Override
                  public void batchEnded(BatchResult result) {
                    if (result.epoch() == 2) {
                      throw new UnsupportedOperationException("disk on fire");
                    }
                  }
                });
    TagModel oneEpoch = fineTune().train(TAGS, VALID_TAGS, OPTIONS.epochs(1));

    TrainingFailedException stopped =
        catchThrowableOfType(
            TrainingFailedException.class, () -> fineTune().train(TAGS, VALID_TAGS, failing));

    TagModel last = stopped.lastFinite(TagModel.class).orElseThrow();
    assertThat(last.weights().tensors()).isEqualTo(oneEpoch.weights().tensors());
    assertThat(last.thresholds()).isEqualTo(oneEpoch.thresholds());
    assertThat(stopped.lastFinite()).containsSame(last);
    assertThatThrownBy(() -> stopped.lastFinite(FineTunedModel.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("type must be TagModel, which the training returns, got FineTunedModel");
  }

  @Test
  void refuses_plans_for_other_outputs() {
    TrainOptions options = OPTIONS.epochs(1);

    assertThatThrownBy(() -> fineTune().classes(3).tags(4))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Set the outputs only once, got classes(3) and then tags(4)");
    assertThatThrownBy(() -> fineTune().values(3).values(3))
        .hasMessage("Set the outputs only once, got values(3) and then values(3)");
    assertThatThrownBy(() -> fineTune().tags(0)).hasMessage("tags must be >= 1, got 0");
    assertThatThrownBy(() -> fineTune().values(0)).hasMessage("values must be >= 1, got 0");
    assertThatThrownBy(() -> fineTune().classes(3).train(TAGS, VALID_TAGS, options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The plan's outputs must be those of the training images, tags, got classes(3)");
    assertThatThrownBy(() -> fineTune().tags(3).plan().train(VALUES, VALID_VALUES, options))
        .hasMessageContaining("those of the training images, values, got tags(3)");
    assertThatThrownBy(() -> fineTune().tags(2).train(TAGS, VALID_TAGS, options))
        .hasMessage("The training images must have the plan's 2 tags, got 3: [row, column, upper]");
    assertThatThrownBy(() -> fineTune().values(1).train(VALUES, VALID_VALUES, options))
        .hasMessageContaining("the plan's 1 values, got 2: [height, width]");
  }

  @Test
  void refuses_to_continue_a_classifier_with_tags() {
    FineTunedModel classifier =
        fineTune().train(Spots.classes(40, 1), Spots.classes(20, 2), OPTIONS.epochs(1));

    assertThatThrownBy(() -> FineTune.from(classifier).train(TAGS, VALID_TAGS, OPTIONS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "A continued model must train with classes, got tags: use"
                + " FineTune.from(model.backbone()) for another task");
    assertThatThrownBy(() -> FineTune.from(classifier).values(2).plan())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must train with classes, got values");
    assertThat(
            FineTune.from(classifier.backbone())
                .train(TAGS, VALID_TAGS, OPTIONS.epochs(1))
                .tagNames())
        .hasSize(3);
  }

  @Test
  void describes_plans_for_tags_and_values() throws IOException {
    FineTunePlan tags = fineTune().tags(1).plan();
    FineTunePlan values = fineTune().values(2).plan();

    assertThat(tags.tags()).isEqualTo(1);
    assertThat(tags.classes()).isZero();
    assertThat(tags.values()).isZero();
    assertThat(values.values()).isEqualTo(2);
    assertThat(values.tags()).isZero();
    assertThat(new ObjectMapper().readTree(tags.toJson()).get("tags").asInt()).isEqualTo(1);
    assertThat(new ObjectMapper().readTree(values.toJson()).get("values").asInt()).isEqualTo(2);
  }

  @Test
  void refuses_images_and_options_that_do_not_fit() {
    TrainOptions options = OPTIONS.epochs(1);
    List<Spots> items = Spots.random(20, 1);
    TagDataset rare =
        TagDataset.of(
            List.of("row", "column", "upper", "lower"),
            items,
            Spots::tags,
            Spots::name,
            Spots::image);
    ValueDataset constant =
        ValueDataset.of(
            List.of("height", "one"),
            items,
            s -> new double[] {s.row(), 1},
            Spots::name,
            Spots::image);

    assertThatThrownBy(() -> fineTune().train(rare, rare, options))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("lower: none of the 20 training images has this tag");
    assertThatThrownBy(() -> fineTune().train(constant, constant, options))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("one: all 20 training images have the same value, 1.0");
    assertThatThrownBy(() -> fineTune().train(TAGS, rare, options))
        .hasMessageContaining(
            "The validation images must have the training tags in the same order");
    assertThatThrownBy(() -> fineTune().train(TAGS.select(), VALID_TAGS, options))
        .hasMessageContaining("at least one image each, got 0 and 80");
    assertThatThrownBy(
            () -> fineTune().train(TAGS, VALID_TAGS, options.loss(CrossEntropy.crossEntropy())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("loss must support tags, got crossentropy");
    assertThatThrownBy(
            () ->
                fineTune()
                    .train(VALUES, VALID_VALUES, options.classWeights(ClassWeights.balanced())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("classWeights needs classes as targets, got values");
    assertThatThrownBy(
            () -> fineTune().train(TAGS, VALID_TAGS, options.sampling(Sampling.balanced())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sampling balanced needs images with classes, got tags");
  }

  @Test
  void finds_a_learning_rate() {
    assertThat(fineTune().tags(3).plan().findLearningRate(TAGS, OPTIONS).points()).isNotEmpty();
    assertThat(fineTune().values(2).plan().findLearningRate(VALUES, OPTIONS).points()).isNotEmpty();
  }
}
