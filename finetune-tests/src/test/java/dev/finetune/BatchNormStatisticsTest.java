package dev.finetune;

import static dev.finetune.head.HeadLayers.batchNorm;
import static dev.finetune.head.HeadLayers.dense;
import static dev.finetune.head.HeadLayers.dropout;
import static dev.finetune.head.HeadLayers.globalAveragePooling;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.backbone.Backbone;
import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.Shape;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Preprocessing;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.Adam;
import dev.finetune.train.BatchNormStatistics;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The inference statistics of trainable batch normalisation. */
@Tag("numeric")
class BatchNormStatisticsTest {

  private static final int SIDE = 8;
  private static final SyntheticImages TRAIN = new SyntheticImages(4, 32, SIDE, 1);
  private static final SyntheticImages VALID = new SyntheticImages(4, 12, SIDE, 2);
  private static final TrainOptions OPTIONS =
      TrainOptions.defaults().batch(8).epochs(3).optimizer(Adam.adam(1e-2));
  private static final Backbone BACKBONE = backbone();

  private static Backbone backbone() {
    LayerGraph graph =
        LayerGraph.builder()
            .add("input", new Input(Shape.image(3, SIDE, SIDE)))
            .then("conv", new Conv2d(8, 3, 1, Padding.SAME, true, Activation.LINEAR))
            .then("norm", new BatchNorm(1e-3, 0.999))
            .then("bent", new Activate(Activation.ELU))
            .then("conv2", new Conv2d(8, 3, 1, Padding.SAME, true, Activation.LINEAR))
            .then("norm2", new BatchNorm(1e-3, 0.999, false))
            .build();
    return Backbone.of(
        "normed",
        new InputSpec(SIDE, SIDE, Preprocessing.NONE),
        graph,
        RandomWeights.glorot(graph, 3),
        "seed 3");
  }

  private static FineTune fineTune() {
    return FineTune.from(BACKBONE)
        .freezeNone()
        .head(globalAveragePooling(), dense(8, Activation.TANH), batchNorm());
  }

  /** With the layers' own momentum and ten steps, the accuracy would be that of chance, 0.25. */
  @ParameterizedTest
  @ValueSource(strings = {"onednn", "dl4j"})
  void should_classify_training_images_as_well_as_in_training(String engine) {
    FineTunedModel model =
        fineTune()
            .engine(EngineOptions.defaults().engine(engine))
            .train(TRAIN, VALID, OPTIONS.epochs(10).batch(32).optimizer(Adam.adam(3e-2)));

    double training = model.history().last().trainScore();
    assertThat(training).isGreaterThan(0.8);
    assertThat(model.evaluate(TRAIN).accuracy()).isGreaterThan(training - 0.1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"onednn", "dl4j"})
  void should_store_the_mean_and_variance_of_what_the_first_layer_reads(String engine) {
    FineTunedModel model =
        fineTune().engine(EngineOptions.defaults().engine(engine)).train(TRAIN, VALID, OPTIONS);

    requireStatisticsOf(model, "conv", "norm", 8);
  }

  /** With a single batch, the layers before normalise in training as in inference. */
  @ParameterizedTest
  @ValueSource(strings = {"onednn", "dl4j"})
  void should_store_the_statistics_of_every_layer_with_a_single_batch(String engine) {
    FineTunedModel model =
        FineTune.from(BACKBONE)
            .freezeNone()
            .head(dropout(0.5), globalAveragePooling(), batchNorm())
            .engine(EngineOptions.defaults().engine(engine))
            .train(TRAIN, VALID, OPTIONS.batch(32));

    requireStatisticsOf(model, "conv2", "norm2", 8);
    requireStatisticsOf(model, "head/global_average_pooling", "head/batch_norm", 8);
  }

  /**
   * Compares with statistics of the layer before, computed in double precision. The tolerance,
   * relative to the deviation, is for float32 values that are sums of up to 72 products.
   */
  private static void requireStatisticsOf(
      FineTunedModel model, String read, String norm, int channels) {
    float[] values =
        FeatureExtractor.of(model.input(), model.graph(), model.weights(), read)
            .features(IntStream.range(0, TRAIN.size()).mapToObj(TRAIN::load).toList())
            .values();
    int size = values.length / TRAIN.size() / channels;
    float[] mean = tensor(model.weights(), norm, ParameterRole.MOVING_MEAN);
    float[] variance = tensor(model.weights(), norm, ParameterRole.MOVING_VARIANCE);
    for (int channel = 0; channel < channels; channel++) {
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < TRAIN.size() * size; i++) {
        double value = values[(i / size * channels + channel) * size + i % size];
        sum += value;
        squares += value * value;
      }
      int count = TRAIN.size() * size;
      double expected = sum / count;
      double expectedVariance = squares / count - expected * expected;
      double deviation = Math.sqrt(expectedVariance);
      assertThat((double) mean[channel]).isCloseTo(expected, Offset.offset(1e-4 * deviation));
      assertThat((double) variance[channel])
          .isCloseTo(expectedVariance, Offset.offset(2e-4 * expectedVariance));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"onednn", "dl4j"})
  void should_keep_the_backbones_statistics_and_train_its_scale(String engine) {
    FineTunedModel model =
        fineTune()
            .engine(EngineOptions.defaults().engine(engine))
            .train(TRAIN, VALID, OPTIONS.batchNormStatistics(BatchNormStatistics.KEPT));

    Weights before = BACKBONE.weights();
    for (String norm : List.of("norm", "norm2")) {
      for (ParameterRole role : List.of(ParameterRole.MOVING_MEAN, ParameterRole.MOVING_VARIANCE)) {
        assertThat(tensor(model.weights(), norm, role)).isEqualTo(tensor(before, norm, role));
      }
      assertThat(tensor(model.weights(), norm, ParameterRole.BETA))
          .isNotEqualTo(tensor(before, norm, ParameterRole.BETA));
    }
    assertThat(tensor(model.weights(), "norm", ParameterRole.GAMMA))
        .isNotEqualTo(tensor(before, "norm", ParameterRole.GAMMA));
    assertThat(tensor(model.weights(), "head/batch_norm", ParameterRole.MOVING_MEAN))
        .doesNotContain(0);
  }

  @ParameterizedTest
  @EnumSource(BatchNormStatistics.class)
  void should_validate_with_the_saved_statistics(BatchNormStatistics statistics) {
    FineTunedModel model = fineTune().train(TRAIN, VALID, OPTIONS.batchNormStatistics(statistics));

    // Rounding differs, because inference folds normalisation into convolutions.
    assertThat(model.evaluate(VALID).loss())
        .isCloseTo(model.history().last().validLoss(), Offset.offset(1e-4));
    assertThat(model.provenanceJson()).contains("\"batchNormStatistics\":\"" + statistics + "\"");
  }

  @Test
  void should_refuse_a_batch_that_has_one_value_per_channel() {
    SyntheticImages odd = new SyntheticImages(4, 33, SIDE, 1);

    assertThatThrownBy(() -> fineTune().train(odd, VALID, OPTIONS.batch(32)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than one value per channel")
        .hasMessageContaining("head/batch_norm")
        .hasMessageContaining("33 images in batches of 32");
    assertThatThrownBy(() -> fineTune().train(TRAIN, VALID, OPTIONS.batch(1)))
        .hasMessageContaining("head/batch_norm");
    // A layer that reads images has many values per channel in one image.
    FineTune.from(BACKBONE).freezeNone().train(odd, VALID, OPTIONS.batch(32).epochs(1));
  }

  private static float[] tensor(Weights weights, String layer, ParameterRole role) {
    Tensor tensor = weights.tensor(layer, role);
    return tensor.values();
  }
}
