package dev.finetune;

import static dev.finetune.head.HeadLayers.dense;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.backbone.Backbone;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.image.Augmentations;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Preprocessing;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.FeatureCache;
import dev.finetune.train.Optimizer;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.RandomWeights;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Options refuse invalid values when they are set. */
class OptionsTest {

  private static final Backbone BACKBONE = RandomBackbones.backbone(3, 5);
  private static final TrainOptions OPTIONS = TrainOptions.defaults();

  @SuppressWarnings("NullAway")
  static Stream<Arguments> nulls() {
    FineTune tuning = FineTune.from(BACKBONE);
    SyntheticImages images = new SyntheticImages(3, 6, 8, 1);
    FineTunePlan plan = tuning.classes(3).plan();
    return Stream.of(
        call("optimizer", () -> OPTIONS.optimizer(null)),
        call("keep", () -> OPTIONS.keep(null)),
        call("cache", () -> OPTIONS.cache(null)),
        call("augmentation", () -> OPTIONS.augment(null, 2)),
        call("observer", () -> OPTIONS.observer(null)),
        call("directory", () -> FeatureCache.at(null)),
        call("directory", () -> new FeatureCache(null, FeatureCache.Precision.FLOAT16, 1)),
        call("precision", () -> new FeatureCache(Optional.empty(), null, 1)),
        call("next augmentation", () -> Augmentations.horizontalFlip().then(null)),
        call("preprocessing", () -> new InputSpec(8, 8, null)),
        call("backbone", () -> FineTune.from((Backbone) null)),
        call("model", () -> FineTune.from((FineTunedModel) null)),
        call("layers", () -> BACKBONE.withPooledFeatures("last", null)),
        call("strategy", () -> tuning.freeze(null)),
        call("layerName", () -> tuning.freezeUpTo(null)),
        call("layers", () -> tuning.head(Arrays.asList(dense(3), null))),
        call("train", () -> plan.train(null, images, OPTIONS)),
        call("valid", () -> plan.train(images, null, OPTIONS)),
        call("options", () -> plan.train(images, images, null)));
  }

  private static Arguments call(String what, ThrowingCallable call) {
    return Arguments.of(what, call);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("nulls")
  void should_refuse_null_and_name_the_argument(String what, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining(what + " must not be null");
  }

  /** An optimizer of which only the slots are used. */
  private record Remembering(List<String> slots) implements Optimizer {
    @Override
    public String name() {
      return "remembering";
    }

    @Override
    public double learningRate() {
      return 1;
    }

    @Override
    public Map<String, Double> settings() {
      return Map.of();
    }

    @Override
    public Rule rule(long step, double rate, double decay) {
      throw new IllegalStateException("No step is taken");
    }
  }

  /** A training state stores slots by name. */
  @Test
  void should_refuse_slots_that_could_not_be_stored() {
    for (List<String> slots :
        List.of(
            List.of("first moment"),
            List.of("größe"),
            List.of("mean", "mean"),
            Collections.nCopies(17, "mean"))) {
      assertThatThrownBy(() -> TrainOptions.defaults().optimizer(new Remembering(slots)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("An optimizer must have at most 16 slots", slots.toString());
    }
  }

  /** VGG16 has 512 x 7 x 7 outputs. */
  @Test
  void should_refuse_a_layer_that_is_too_large() {
    LayerGraph graph =
        LayerGraph.builder()
            .add("in", new Input(Shape.image(3, 7, 7)))
            .then("conv", new Conv2d(512, 1, 1, Padding.SAME, true, Activation.RELU))
            .build();
    Backbone wide =
        Backbone.of(
            "wide",
            new InputSpec(7, 7, Preprocessing.TF),
            graph,
            RandomWeights.glorot(graph, 1),
            "seed 1");

    assertThatThrownBy(() -> FineTune.from(wide).head(dense(100_000)).classes(2).plan())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "\"head/dense\"", "at most 2147483647", "[25088, 100000]", "2508800000");
    assertThatThrownBy(() -> Shape.image(3, 100_000, 100_000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("at most 2147483647", "3x100000x100000");
  }
}
