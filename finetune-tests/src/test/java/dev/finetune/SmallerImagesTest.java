package dev.finetune;

import static dev.finetune.SmallTraining.STEPS_PER_EPOCH;
import static dev.finetune.SmallTraining.TRAIN;
import static dev.finetune.SmallTraining.VALID;
import static dev.finetune.SmallTraining.backbone;
import static dev.finetune.SmallTraining.timeless;
import static dev.finetune.head.HeadLayers.dropout;
import static dev.finetune.head.HeadLayers.globalAveragePooling;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ConcurrentHashMultiset;
import com.google.common.collect.Multiset;
import dev.finetune.backbone.Backbone;
import dev.finetune.data.ImageDataset;
import dev.finetune.freeze.Freeze;
import dev.finetune.freeze.Phase;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.Shape;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Preprocessing;
import dev.finetune.recipe.Recipe;
import dev.finetune.recipe.RecipeInput;
import dev.finetune.recipe.RecipeSettings;
import dev.finetune.testing.ChangedImages;
import dev.finetune.train.BatchResult;
import dev.finetune.train.EarlyStopping;
import dev.finetune.train.FeatureCache;
import dev.finetune.train.Keep;
import dev.finetune.train.Probe;
import dev.finetune.train.Sgd;
import dev.finetune.train.StopSignal;
import dev.finetune.train.TimeEstimate;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingObserver;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first epochs of a training have smaller images. */
class SmallerImagesTest {

  private static final TrainOptions OPTIONS = SmallTraining.OPTIONS;

  @TempDir private Path folder;

  /** Trains with 4 x 4 in epochs 1 and 2, with 6 x 6 in epoch 3, and then with 8 x 8. */
  private static FineTune growing() {
    return SmallTraining.fineTune().smallerUntil(2, 4).smallerUntil(3, 6);
  }

  /** Frozen layers end in epoch 1 and images grow after epochs 2 and 4. */
  private static FineTune growingAndUnfreezing() {
    return FineTune.from(backbone())
        .freezeAll()
        .head(globalAveragePooling(), dropout(0.2))
        .smallerUntil(4, 6)
        .unfreezeAt(3, Freeze.upToStage(2))
        .smallerUntil(2, 4)
        .unfreezeAt(5, Freeze.none());
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

  /** Steps 1 to 8 have 4 x 4, steps to 16 have 6 x 6. */
  @ParameterizedTest
  @ValueSource(ints = {5, 8, 9, 11, 16, 18, 23})
  void resumes_with_the_same_bits(int steps) {
    TrainOptions options = OPTIONS.average(0.9).clip(1);
    FineTunedModel through = growingAndUnfreezing().train(TRAIN, VALID, options);

    growingAndUnfreezing().train(TRAIN, VALID, stopAt(options.checkpointAt(folder), steps));
    FineTunedModel resumed = growingAndUnfreezing().train(TRAIN, VALID, options.resume(folder));

    assertThat(resumed.weights().tensors()).isEqualTo(through.weights().tensors());
    assertThat(timeless(resumed.history())).isEqualTo(timeless(through.history()));
    assertThat(resumed.history().comparableFrom()).isEqualTo(5);
  }

  @Test
  void refuses_to_resume_with_other_sizes() {
    growing().train(TRAIN, VALID, stopAt(OPTIONS.checkpointAt(folder), 3));
    FineTune other = SmallTraining.fineTune().smallerUntil(2, 5).smallerUntil(3, 6);

    assertThatThrownBy(() -> other.train(TRAIN, VALID, OPTIONS.resume(folder)))
        .hasMessageContaining("A resumed training must have the settings that it started with")
        .hasMessageContaining("with images of side 4")
        .hasMessageContaining("with images of side 5");
  }

  @Test
  void has_a_model_of_the_backbones_own_size() throws IOException {
    Path file = folder.resolve("model.zip");
    FineTunedModel model = growing().train(TRAIN, VALID, OPTIONS);
    FineTunedModel usual = SmallTraining.train(OPTIONS);

    model.save(file);

    assertThat(model.input()).isEqualTo(backbone().input());
    assertThat(model.graph().nodes()).isEqualTo(usual.graph().nodes());
    assertThat(model.weights().tensors()).isNotEqualTo(usual.weights().tensors());
    try (FineTunedModel loaded = FineTunedModel.load(file)) {
      assertThat(loaded.input()).isEqualTo(backbone().input());
      assertThat(loaded.history()).isEqualTo(model.history());
      assertThat(loaded.history().comparableFrom()).isEqualTo(4);
      assertThat(loaded.classify(TRAIN.load(0))).isEqualTo(model.classify(TRAIN.load(0)));
    }
  }

  /** A model that ends early has the own size too, and the best of the epochs that were like it. */
  @Test
  void has_the_own_size_if_it_ends_with_smaller_images() {
    FineTunedModel model = growing().train(TRAIN, VALID, stopAt(OPTIONS, 2 * STEPS_PER_EPOCH + 1));

    assertThat(model.history().epochs()).hasSize(2);
    assertThat(model.history().comparableFrom()).isEqualTo(1);
    assertThat(model.input()).isEqualTo(backbone().input());
    assertThat(model.classify(TRAIN.load(0)).classNames()).hasSize(3);
  }

  /** The weights are those of a training that keeps its last epoch and ends with the best one. */
  @Test
  void keeps_the_best_epoch_of_the_own_size() {
    FineTune tuning = growing();
    FineTunedModel best = tuning.train(TRAIN, VALID, OPTIONS.epochs(8));
    int epoch = best.history().best().epoch();

    FineTunedModel last = tuning.train(TRAIN, VALID, OPTIONS.keep(Keep.LAST).epochs(epoch));

    assertThat(epoch).isGreaterThanOrEqualTo(4);
    assertThat(best.history().comparable()).hasSize(5).first().matches(e -> e.epoch() == 4);
    assertThat(best.weights().tensors()).isEqualTo(last.weights().tensors());
  }

  @Test
  void compares_all_phases_of_one_size() {
    FineTune tuning = growing().unfreezeAt(5, Freeze.none());

    assertThat(tuning.train(TRAIN, VALID, OPTIONS).history().comparableFrom()).isEqualTo(4);
    assertThat(
            SmallTraining.fineTune()
                .unfreezeAt(5, Freeze.none())
                .train(TRAIN, VALID, OPTIONS)
                .history()
                .comparableFrom())
        .isEqualTo(1);
  }

  @Test
  void counts_the_patience_anew_when_images_grow() {
    // No epoch improves the loss by 1000. Epochs 1 and 2 have one comparable epoch each after them.
    TrainOptions options =
        OPTIONS.epochs(9).earlyStopping(new EarlyStopping(2, EarlyStopping.Monitor.LOSS, 1000));

    assertThat(growing().train(TRAIN, VALID, options).history().epochs()).hasSize(6);
    assertThat(SmallTraining.train(options).history().epochs()).hasSize(3);
  }

  @Test
  void computes_the_features_of_each_size_and_decodes_once() {
    Multiset<String> loads = ConcurrentHashMultiset.create();
    List<Integer> computed = new ArrayList<>();
    TrainOptions cached =
        OPTIONS
            .cache(FeatureCache.at(folder))
            .observer(
                new TrainingObserver() {
                  @Override
                  public void stemProgress(int done, int total) {
                    if (done == total) {
                      computed.add(done);
                    }
                  }
                });

    FineTunedModel first = growing().train(counted(TRAIN, loads), counted(VALID, loads), cached);
    assertThat(computed).containsExactly(42, 42, 42);
    assertThat(loads).hasSize(42);
    FineTunedModel second = growing().train(TRAIN, VALID, cached);
    FineTunedModel inMemory = growing().train(TRAIN, VALID, OPTIONS);

    assertThat(computed).hasSize(3);
    assertThat(second.weights().tensors()).isEqualTo(first.weights().tensors());
    assertThat(inMemory.weights().tensors()).isEqualTo(first.weights().tensors());
  }

  private static ImageDataset counted(ImageDataset images, Multiset<String> loads) {
    return ChangedImages.of(images)
        .loader(
            index -> {
              loads.add(images.name(index));
              return images.load(index);
            });
  }

  @Test
  void estimates_each_size() {
    FineTunePlan plan = growing().classes(3).plan();

    TimeEstimate estimate = plan.estimate(TRAIN, VALID, OPTIONS.epochs(7));

    assertThat(estimate.phases().stream().map(TimeEstimate.Phase::epochs)).containsExactly(2, 1, 4);
    assertThat(estimate.totalSeconds()).isPositive();
  }

  @Test
  void unites_the_phases_of_freezing_and_of_sizes() {
    FineTunePlan plan = growingAndUnfreezing().classes(3).plan();

    assertThat(plan.phases().stream().map(Phase::firstEpoch)).containsExactly(1, 3, 5);
    assertThat(plan.phases().stream().map(Phase::side))
        .containsExactly(OptionalInt.of(4), OptionalInt.of(6), OptionalInt.empty());
    assertThat(plan.smaller()).containsExactly(entry(2, 4), entry(4, 6));
    FineTunePlan stages =
        FineTune.from(backbone())
            .head(globalAveragePooling())
            .unfreezeStageByStage(2)
            .smallerUntil(3, 4)
            .classes(3)
            .plan();
    assertThat(stages.phases().stream().map(Phase::firstEpoch)).containsExactly(1, 3, 4, 5, 7);
    assertThat(stages.phases().stream().map(Phase::side).map(OptionalInt::isPresent))
        .containsExactly(true, true, false, false, false);
    assertThat(stages.smaller()).containsExactly(entry(3, 4));
    assertThat(stages.freezing())
        .isEqualTo(
            "all, then up to stage 2 from epoch 3, then up to stage 1 from epoch 5, then none from"
                + " epoch 7");
  }

  private static Map.Entry<Integer, Integer> entry(int epoch, int side) {
    return Map.entry(epoch, side);
  }

  @Test
  void describes_the_sizes() {
    FineTunePlan plan = growing().classes(3).plan();
    FineTunePlan usual = SmallTraining.fineTune().classes(3).plan();

    // third: 3 x 3 x 6 x 8 at 2 x 2, 3 x 3 and 4 x 4 positions
    assertThat(plan.describe())
        .contains("from epoch 1: freezing up to second, 467 trainable parameters, images of 4 x 4")
        .contains("from epoch 3: freezing up to second, 467 trainable parameters, images of 6 x 6")
        .contains("from epoch 4: freezing up to second, 467 trainable parameters, images of 8 x 8")
        .contains("0.4 kB of features", "0.9 kB of features", "1.5 kB of features");
    assertThat(plan.toJson())
        .contains("\"freezing\":\"up to second\",\"head\"")
        .contains("\"trainableParameters\":467,\"side\":4}")
        .contains("\"trainableParameters\":467,\"side\":6}")
        .contains("\"trainableParameters\":467,\"side\":8}")
        .contains("\"input\":{\"height\":8,\"width\":8,");
    assertThat(usual.toJson()).doesNotContain("phases", "side");
    assertThat(usual.smaller()).isEmpty();
  }

  /** 3 x 3 x 3 x 64 products at 16 x 16 and at 32 x 32 positions. */
  @Test
  void describes_what_each_size_costs() {
    LayerGraph graph =
        LayerGraph.builder()
            .add("in", new Input(Shape.image(3, 32, 32)))
            .then("conv", new Conv2d(64, 3, 1, Padding.SAME, true, Activation.RELU))
            .build();
    Backbone wide =
        Backbone.of(
            "wide",
            new InputSpec(32, 32, Preprocessing.TF),
            graph,
            RandomWeights.glorot(graph, 1),
            "seed 1");

    FineTune tuning = FineTune.from(wide).freezeNone().head(globalAveragePooling()).classes(3);

    assertThat(tuning.smallerUntil(2, 16).plan().describe().lines())
        .filteredOn(line -> line.startsWith("cost"))
        .containsExactly(
            "cost per image: 0.4 million multiply-adds in each epoch (forward, and twice that"
                + " backward)",
            "cost per image: 1.8 million multiply-adds in each epoch (forward, and twice that"
                + " backward)");
  }

  /** A tiny rate changes nothing, so the last layer stays that of the probe. */
  @Test
  void fits_a_probe_with_the_first_size() {
    Offset<Float> tiny = Offset.offset(1e-20f);

    FineTunedModel model =
        FineTune.from(sized(8))
            .head(globalAveragePooling())
            .probe(Probe.first().strength(1))
            .smallerUntil(1, 4)
            .train(TRAIN, VALID, OPTIONS.optimizer(Sgd.sgd(1e-30)).epochs(2));

    assertThat(logits(model)).containsExactly(logits(probed(4)), tiny);
    assertThatThrownBy(() -> assertThat(logits(model)).containsExactly(logits(probed(8)), tiny))
        .isInstanceOf(AssertionError.class);
  }

  private static FineTunedModel probed(int side) {
    return FineTune.from(sized(side))
        .head(globalAveragePooling())
        .probe(Probe.only().strength(1))
        .train(TRAIN, VALID, OPTIONS);
  }

  private static float[] logits(FineTunedModel model) {
    return model.weights().tensor("logits", ParameterRole.KERNEL).values();
  }

  private static Backbone sized(int side) {
    LayerGraph graph = backbone().graph().withInput(Shape.image(3, side, side));
    return Backbone.of(
        "sized",
        new InputSpec(side, side, Preprocessing.TF),
        graph,
        backbone().weights(),
        "seed 1");
  }

  @Test
  void keeps_what_is_known_of_layers_for_another_input() {
    LayerGraph graph = backbone().graph().toBuilder().uncounted("second").build();

    LayerGraph small = graph.withInput(Shape.image(3, 4, 4));

    assertThat(small.outputShape()).isEqualTo(Shape.image(8, 2, 2));
    assertThat(small.stages()).isEqualTo(graph.stages());
    assertThat(small.counted()).isEqualTo(graph.counted());
    assertThat(small.outputs()).isEqualTo(graph.outputs());
    assertThat(small.withInput(Shape.image(3, 8, 8)).nodes()).isEqualTo(graph.nodes());
    LayerGraph two = graph.toBuilder().add("more", new Input(Shape.vector(1))).build();
    assertThatThrownBy(() -> two.withInput(Shape.image(3, 4, 4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("A graph must have one input to change its shape, got [");
  }

  @Test
  void continues_a_model() {
    try (FineTunedModel model = SmallTraining.train(OPTIONS.epochs(1));
        FineTunedModel next =
            FineTune.from(model).freezeNone().smallerUntil(1, 4).train(TRAIN, VALID, OPTIONS)) {
      assertThat(next.input()).isEqualTo(model.input());
      assertThat(next.history().comparableFrom()).isEqualTo(2);
      assertThat(next.graph().nodes()).isEqualTo(model.graph().nodes());
    }
  }

  /** A recipe of an application. */
  private record Own() implements Recipe {
    @Override
    public String name() {
      return "own";
    }

    @Override
    public RecipeSettings settings(RecipeInput input) {
      return RecipeSettings.of(Freeze.all(), List.of(globalAveragePooling()), OPTIONS)
          .withSmallerUntil(3, 6)
          .withSmallerUntil(2, 4)
          .because("Small images are fast.");
    }
  }

  @Test
  void takes_the_sizes_of_a_recipe_unless_the_application_sets_them() {
    FineTune tuning = FineTune.from(backbone());

    assertThat(tuning.plan(TRAIN, VALID, new Own()).plan().smaller())
        .containsExactly(entry(2, 4), entry(3, 6));
    assertThat(tuning.plan(TRAIN, VALID, new Own()).describe())
        .contains("Images until epoch 2: 4 x 4\nImages until epoch 3: 6 x 6\n");
    assertThat(tuning.smallerUntil(1, 5).plan(TRAIN, VALID, new Own()).plan().smaller())
        .containsExactly(entry(1, 5));
  }

  @Test
  void refuses_sizes_that_cannot_be() {
    FineTune tuning = SmallTraining.fineTune().classes(3);

    assertThatThrownBy(() -> tuning.smallerUntil(0, 4)).hasMessage("lastEpoch must be >= 1, got 0");
    assertThatThrownBy(() -> tuning.smallerUntil(1, 0)).hasMessage("side must be >= 1, got 0");
    assertThatThrownBy(() -> tuning.smallerUntil(2, 4).smallerUntil(2, 5))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Set smaller images until an epoch only once, got smallerUntil(2, 4) and then"
                + " smallerUntil(2, 5)");
    assertThatThrownBy(() -> tuning.smallerUntil(2, 6).smallerUntil(4, 6))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The sides of smaller images must grow from epoch to epoch, got the sides by last epoch"
                + " {2=6, 4=6}");
    assertThatThrownBy(() -> tuning.smallerUntil(2, 8).plan())
        .hasMessage(
            "Smaller images must have a side below 8, that of the backbone's images, got 8");
    assertThatThrownBy(() -> tuning.smallerUntil(6, 4).train(TRAIN, VALID, OPTIONS))
        .hasMessage(
            "Smaller images must end before the last epoch of the training (6), got smaller images"
                + " until epoch 6");
    assertThatThrownBy(() -> tuning.probe(Probe.only()).smallerUntil(2, 4).plan())
        .hasMessage("A plan with smaller images must train after its probe, got probe(only)");
  }

  /** A backbone with one more layer if images are smaller. */
  private record Changing(Backbone backbone) implements Backbone {
    @Override
    public String name() {
      return backbone.name();
    }

    @Override
    public InputSpec input() {
      return backbone.input();
    }

    @Override
    public LayerGraph graph() {
      return backbone.graph();
    }

    @Override
    public LayerGraph graphAt(int side) {
      return Backbone.super.graphAt(side).toBuilder()
          .then("more", new Conv2d(8, 1, 1, Padding.SAME, true, Activation.RELU))
          .build();
    }

    @Override
    public Weights weights() {
      return backbone.weights();
    }

    @Override
    public String weightsOrigin() {
      return backbone.weightsOrigin();
    }
  }

  @Test
  void refuses_networks_whose_size_cannot_change() {
    FineTune flat = FineTune.from(backbone()).classes(3).smallerUntil(2, 4);
    assertThatThrownBy(flat::plan)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The network must have the same parameters for images of any size, got layer \"logits\""
                + " with 99 values for the side 4 and 387 for 8. Average feature maps instead of"
                + " flattening them");

    assertThatThrownBy(
            () ->
                FineTune.from(new Changing(backbone()))
                    .head(globalAveragePooling())
                    .classes(3)
                    .smallerUntil(2, 4)
                    .plan())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The network must have parameters in the same layers for images of any size, got others"
                + " with the side 4 than with 8: [more]");

    LayerGraph deep =
        LayerGraph.builder()
            .add("in", new Input(Shape.image(3, 8, 8)))
            .then("valid", new Conv2d(4, 5, 1, Padding.VALID, true, Activation.RELU))
            .build();
    Backbone large =
        Backbone.of(
            "large",
            new InputSpec(8, 8, Preprocessing.TF),
            deep,
            RandomWeights.glorot(deep, 1),
            "seed 1");
    assertThatThrownBy(
            () ->
                FineTune.from(large)
                    .head(globalAveragePooling())
                    .classes(3)
                    .smallerUntil(2, 4)
                    .plan())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Smaller images must fit the network, got the side 4: Layer \"valid\": ");

    LayerGraph wide = backbone().graph().withInput(Shape.image(3, 8, 12));
    Backbone oblong =
        Backbone.of(
            "oblong", new InputSpec(8, 12, Preprocessing.TF), wide, backbone().weights(), "seed 1");
    assertThatThrownBy(
            () ->
                FineTune.from(oblong)
                    .head(globalAveragePooling())
                    .classes(3)
                    .smallerUntil(2, 4)
                    .plan())
        .hasMessage("Smaller images need a backbone with square images, got 8 x 12");
  }
}
