package dev.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableTable;
import dev.finetune.backbone.Backbone;
import dev.finetune.dl4j.Dl4jBackbone;
import dev.finetune.dl4j.Dl4jModels;
import dev.finetune.freeze.Freeze;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.Shape;
import dev.finetune.head.HeadGraph;
import dev.finetune.image.Pixels;
import dev.finetune.recipe.Recipe;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.EpochResult;
import dev.finetune.train.FeatureCache;
import dev.finetune.train.Keep;
import dev.finetune.train.Probe;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import dev.finetune.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("numeric")
class PooledFeaturesTest {

  private static final TrainOptions OPTIONS = SmallTraining.OPTIONS.keep(Keep.LAST);
  private static final Pixels IMAGE = SmallTraining.VALID.load(5);

  private static Backbone features() {
    return SmallTraining.backbone().withPooledFeatures("third", "first");
  }

  private static FineTunedModel train(FineTune tuning, TrainOptions options) {
    return tuning.train(SmallTraining.TRAIN, SmallTraining.VALID, options);
  }

  private static FineTunedModel probe(Backbone backbone, TrainOptions options) {
    return train(FineTune.from(backbone).probe(Probe.only()), options);
  }

  private static float[] output(Backbone backbone, String layer, Pixels image) {
    try (FeatureExtractor extractor =
        FeatureExtractor.of(backbone.input(), backbone.graph(), backbone.weights(), layer)) {
      return extractor.features(List.of(image)).values();
    }
  }

  /** Means over up to 31 x 31 positions in float32, of which each addition rounds by 6e-8. */
  @Test
  void should_be_the_means_of_squeezenets_fire_modules() {
    Backbone whole = Zoo.squeezeNetImagenet().randomWeights(5).inputSize(127);
    List<String> fires = IntStream.rangeClosed(2, 9).mapToObj(i -> "fire" + i + "/concat").toList();
    Pixels image = new SyntheticImages(3, 1, 127, 4).load(0);

    Backbone backbone = whole.withPooledFeatures(fires);
    float[] values = output(backbone, "features", image);

    assertThat(values).hasSize(2 * (128 + 256 + 384 + 512));
    int at = 0;
    for (String fire : fires) {
      float[] maps = output(whole, fire, image);
      int channels = whole.graph().node(fire).output().channels();
      int size = maps.length / channels;
      for (int channel = 0; channel < channels; channel++) {
        double mean =
            IntStream.range(channel * size, (channel + 1) * size)
                .mapToDouble(i -> maps[i])
                .average()
                .orElseThrow();
        assertThat((double) values[at++])
            .as("channel %s of %s", channel, fire)
            .isCloseTo(mean, Offset.offset(1e-4 * mean + 1e-6));
      }
    }
  }

  @Test
  void should_take_vectors_as_they_are() {
    Backbone small = SmallTraining.backbone();
    LayerGraph graph =
        features().graph().toBuilder().then("dense", new Dense(4, Activation.TANH)).build();
    Backbone vector =
        Backbone.of("v", small.input(), graph, RandomWeights.glorot(graph, 3), "seed 3");

    Backbone one = vector.withPooledFeatures("dense");
    Backbone nested = vector.withPooledFeatures("dense", "second", "features");

    assertThat(one.graph().nodes()).isEqualTo(graph.nodes());
    assertThat(nested.graph().names())
        .endsWith(
            "features/third",
            "features/first",
            "features",
            "dense",
            "features_1/second",
            "features_1");
    float[] dense = output(vector, "dense", IMAGE);
    float[] all = output(nested, "features_1", IMAGE);
    assertThat(all).startsWith(dense).endsWith(output(vector, "features", IMAGE)).hasSize(24);
  }

  @Test
  void should_fit_a_probe_whatever_the_scales_of_the_layers_are() {
    Backbone small = SmallTraining.backbone();
    Backbone scaled =
        Backbone.of(
            "scaled", small.input(), small.graph(), thousandfold(small.weights()), "scaled");
    try (FineTunedModel model = probe(features(), OPTIONS);
        FineTunedModel other = probe(scaled.withPooledFeatures("third", "first"), OPTIONS)) {
      EpochResult result = model.history().epochs().get(0);
      EpochResult same = other.history().epochs().get(0);

      assertThat(result.validScore()).isGreaterThan(0.8); // a random layer has 1/3
      assertThat(same.validScore()).isEqualTo(result.validScore());
      assertThat(same.trainLoss()).isCloseTo(result.trainLoss(), Offset.offset(1e-4));
      assertThat(model.graph().node(HeadGraph.LOGITS).inputs()).containsExactly("features");
      assertThat(model.planJson()).contains("\"backbone\":\"small with features of third, first\"");
    }
  }

  /** Returns weights with which the outputs of the last layer are a thousand times larger. */
  private static Weights thousandfold(Weights weights) {
    Tensor kernel = weights.tensor("third", ParameterRole.KERNEL);
    float[] values = kernel.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] *= 1000;
    }
    return weights.plus(
        Weights.of(
            ImmutableTable.of("third", ParameterRole.KERNEL, Tensor.of(kernel.shape(), values))));
  }

  @Test
  void should_train_all_layers_that_the_features_need() {
    Backbone backbone = features();
    try (FineTunedModel model = train(FineTune.from(backbone).freezeNone(), OPTIONS)) {
      for (Node node : backbone.graph().nodes()) {
        if (!node.parameters().isEmpty()) {
          assertThat(model.weights().layer(node.name()))
              .as(node.name())
              .isNotEqualTo(backbone.weights().layer(node.name()));
        }
      }
      List<EpochResult> epochs = model.history().epochs();
      assertThat(epochs.get(epochs.size() - 1).trainLoss()).isLessThan(epochs.get(0).trainLoss());
    }
  }

  @Test
  void should_freeze_up_to_a_stage() {
    FineTunePlan plan = FineTune.from(features()).freezeUpToStage(2).classes(3).plan();

    assertThat(plan.frozenLayers()).containsExactly("in", "first", "second");
    try (FineTunedModel model = plan.train(SmallTraining.TRAIN, SmallTraining.VALID, OPTIONS)) {
      assertThat(model.weights().layer("first")).isEqualTo(features().weights().layer("first"));
      assertThat(model.weights().layer("third")).isNotEqualTo(features().weights().layer("third"));
    }
  }

  @Test
  void should_let_a_stage_that_is_cut_end_with_the_features() {
    Backbone whole = Zoo.squeezeNetImagenet().randomWeights(5);

    LayerGraph cut = whole.withPooledFeatures("fire3/concat", "fire4/concat").graph();
    LayerGraph complete = whole.withPooledFeatures("fire2/concat", "pool3").graph();

    assertThat(cut.stages()).startsWith("pool1", "pool3").endsWith("features").hasSize(3);
    assertThat(complete.stages()).containsExactly("pool1", "pool3");
    assertThat(features().graph().stages()).containsExactly("first", "second", "third");
  }

  @Test
  void should_produce_the_same_bits_after_saving_and_loading(@TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("model.zip");
    try (FineTunedModel model = train(FineTune.from(features()).freezeUpToStage(1), OPTIONS)) {
      model.save(file);
      try (FineTunedModel loaded = FineTunedModel.load(file)) {
        assertThat(loaded.graph().nodes()).isEqualTo(model.graph().nodes());
        assertThat(loaded.weights().tensors()).isEqualTo(model.weights().tensors());
        assertThat(loaded.logits(IMAGE)).isEqualTo(model.logits(IMAGE));
        assertThat(loaded.backbone().graph().nodes()).isEqualTo(features().graph().nodes());
        train(FineTune.from(loaded), OPTIONS.epochs(1)).close();
      }
    }
  }

  /** Features of other layers in the same folder are not taken for these. */
  @Test
  void should_produce_the_same_bits_with_stored_features(@TempDir Path folder) {
    TrainOptions stored = OPTIONS.cache(FeatureCache.at(folder));
    Backbone other = SmallTraining.backbone().withPooledFeatures("first", "third");
    try (FineTunedModel model = probe(features(), OPTIONS);
        FineTunedModel first = probe(other, stored);
        FineTunedModel second = probe(features(), stored);
        FineTunedModel third = probe(features(), stored)) {
      assertThat(first.weights().tensors()).isNotEqualTo(model.weights().tensors());
      assertThat(second.weights().tensors()).isEqualTo(model.weights().tensors());
      assertThat(third.weights().tensors()).isEqualTo(model.weights().tensors());
    }
  }

  @Test
  void should_compute_the_same_with_deeplearning4j(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("dl4j.zip");
    try (FineTunedModel model = probe(features(), OPTIONS);
        FineTunedModel other =
            train(FineTune.from(features()).engine("dl4j").freezeNone(), OPTIONS.epochs(1));
        FineTunedModel same = train(FineTune.from(features()).freezeNone(), OPTIONS.epochs(1))) {
      Dl4jModels.write(model, file);
      Backbone exported = Dl4jBackbone.of("exported", file, model.input());

      assertThat(output(exported, HeadGraph.LOGITS, IMAGE))
          .containsExactly(model.logits(IMAGE), Offset.offset(1e-3f));
      assertThat(other.logits(IMAGE)).containsExactly(same.logits(IMAGE), Offset.offset(1e-3f));
    }
  }

  @Test
  void should_have_the_side_that_a_recipe_chooses() {
    Backbone backbone =
        Zoo.squeezeNetImagenet()
            .randomWeights(5)
            .withPooledFeatures("fire5/concat", "fire9/concat");

    Backbone smaller = backbone.withSide(96).orElseThrow();
    RecipePlan chosen =
        FineTune.from(backbone)
            .plan(SmallTraining.TRAIN, SmallTraining.VALID, Recipe.recommended());

    assertThat(smaller.input().shape()).isEqualTo(Shape.image(3, 96, 96));
    assertThat(smaller.graph().outputShape()).isEqualTo(Shape.vector(768));
    assertThat(chosen.plan().backbone().graph().nodes()).isEqualTo(smaller.graph().nodes());
    assertThat(chosen.plan().head()).isEqualTo("dropout:0.2");
    assertThat(features().withSide(96)).isEmpty();
    assertThat(backbone.usualHead()).isEmpty();
  }

  @Test
  void should_refuse_what_is_no_choice_of_layers() {
    Backbone backbone = SmallTraining.backbone();
    assertThatThrownBy(() -> backbone.withPooledFeatures())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Features must be of at least one layer, got none");
    assertThatThrownBy(() -> backbone.withPooledFeatures("first", "third", "first"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Features must be of different layers, got [first, third, first]");
    assertThatThrownBy(() -> backbone.withPooledFeatures("first", "fourth"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Features must be of layers of the backbone, got [fourth]; the layers are [in, first,"
                + " second, third]");
    assertThatThrownBy(
            () ->
                FineTune.from(features().withPooledFeatures("first"))
                    .freeze(Freeze.upTo("third"))
                    .classes(3)
                    .plan())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("third");
  }
}
