package dev.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.backbone.Backbone;
import dev.finetune.data.DatasetException;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.evaluate.Prediction;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.LayerNorm;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.Rescale;
import dev.finetune.graph.layer.Scale;
import dev.finetune.graph.layer.StochasticDepth;
import dev.finetune.image.Augmentations;
import dev.finetune.image.Pixels;
import dev.finetune.testing.ChangedImages;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.Adam;
import dev.finetune.train.BatchMix;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.Finite;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import dev.finetune.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.DoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** NaN and infinity are refused in all inputs, and are never returned. */
class FiniteTest {

  private static final Backbone BACKBONE = RandomBackbones.backbone(3, 5);
  private static final SyntheticImages IMAGES = new SyntheticImages(3, 6, 8, 1);

  @TempDir Path folder;

  private static FineTunedModel model() {
    return FineTune.from(BACKBONE).train(IMAGES, IMAGES, TrainOptions.defaults().epochs(1));
  }

  static Stream<Arguments> options() {
    return Stream.of(
        option("learning rate", Adam::adam),
        option("beta1", v -> new Adam(1, v, 0.9, 1)),
        option("beta2", v -> new Adam(1, 0.9, v, 1)),
        option("epsilon", v -> new Adam(1, 0.9, 0.9, v)),
        option("dropout", Dropout::new),
        option("stochastic depth", StochasticDepth::new),
        option("batch norm's epsilon", v -> new BatchNorm(v, 0.9)),
        option("batch norm's momentum", v -> new BatchNorm(1e-3, v)),
        option("layer norm's epsilon", LayerNorm::new),
        option("scale", Scale::new),
        option("factor", v -> new Rescale(List.of(v), List.of(1.0))),
        option("offset", v -> new Rescale(List.of(1.0), List.of(v))),
        option("degrees", v -> Augmentations.affine(v, 0, 0)),
        option("shift", v -> Augmentations.affine(0, v, 0)),
        option("zoom", v -> Augmentations.affine(0, 0, v)),
        option("brightness", Augmentations::brightness),
        option("contrast", Augmentations::contrast),
        option("saturation", Augmentations::saturation),
        option("sharpness", Augmentations::sharpness),
        option("hue", Augmentations::hue),
        option("blur", Augmentations::blur),
        option("noise", Augmentations::noise),
        option("erasing", Augmentations::erasing),
        option("solarize", Augmentations::solarize),
        option("crop's area", v -> Augmentations.crop(v, 1)),
        option("crop's aspect", v -> Augmentations.crop(0.5, v)),
        option("warp's degrees", v -> Augmentations.warp(v, 0, 0, 0, 0)),
        option("warp's shift", v -> Augmentations.warp(0, v, 0, 0, 0)),
        option("warp's zoom", v -> Augmentations.warp(0, 0, v, 0, 0)),
        option("shear", v -> Augmentations.warp(0, 0, 0, v, 0)),
        option("distortion", v -> Augmentations.warp(0, 0, 0, 0, v)),
        option("augmentation's probability", v -> Augmentations.grey().sometimes(v)),
        option("mixup", BatchMix::mixup),
        option("cutmix", BatchMix::cutmix),
        option("probability", v -> new Prediction(List.of("a"), List.of(v))));
  }

  private static Arguments option(String name, DoubleFunction<Object> maker) {
    return Arguments.of(name, maker);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("options")
  void should_refuse_options_that_are_not_finite(String name, DoubleFunction<Object> maker) {
    for (double value :
        new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e39}) {
      assertThatThrownBy(() -> maker.apply(value))
          .as("%s", value)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(String.valueOf(value));
    }
  }

  /** Values that are zero in float32 would cause a division by zero. */
  @Test
  void should_refuse_values_that_are_zero_in_float32() {
    assertThatThrownBy(() -> new Adam(1, 0.9, 0.999, 1e-50)).hasMessageContaining("1.0E-50");
    assertThatThrownBy(() -> Adam.adam(1e-50)).hasMessageContaining("1.0E-50");
    assertThatThrownBy(() -> new BatchNorm(1e-50, 0)).hasMessageContaining("1.0E-50");
  }

  @Test
  void should_find_the_first_value_that_is_not_finite() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (int place : new int[] {0, 1, 4095, 4096, 4097, 9999}) {
        float[] values = new float[10_000];
        Arrays.fill(values, -Float.MAX_VALUE);
        assertThat(Finite.first(values)).isEmpty();
        values[place] = bad;
        values[9999] = bad;
        assertThat(Finite.first(values)).isEqualTo(OptionalInt.of(place));
      }
    }
    assertThat(Finite.first(new float[0])).isEmpty();
  }

  private static Weights spoilt(float value) {
    Table<String, ParameterRole, Tensor> tensors =
        HashBasedTable.create(BACKBONE.weights().tensors());
    Tensor kernel = BACKBONE.weights().tensor("last", ParameterRole.KERNEL);
    float[] values = kernel.values().clone();
    values[5] = value;
    tensors.put("last", ParameterRole.KERNEL, Tensor.of(kernel.shape(), values));
    return Weights.of(tensors);
  }

  @Test
  void should_refuse_a_backbone_and_name_its_tensor() {
    assertThatThrownBy(
            () ->
                Backbone.of(
                    "mine", BACKBONE.input(), BACKBONE.graph(), spoilt(Float.NaN), "my.bin"))
        .isInstanceOf(WeightsException.class)
        .hasMessageContainingAll("my.bin", "finite", "last/kernel", "NaN at value 5");
  }

  @Test
  void should_refuse_an_image_to_classify() {
    FineTunedModel model = model();
    float[] planes = new float[3 * 8 * 8];
    planes[100] = Float.POSITIVE_INFINITY;
    Pixels bad = Pixels.ofPlanes(8, 8, planes);

    assertThatThrownBy(() -> model.classify(bad))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("values must be finite");
    assertThatThrownBy(() -> model.logits(bad)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                model.evaluate(ChangedImages.of(IMAGES).loader(i -> i == 4 ? bad : IMAGES.load(i))))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("synthetic-4", "Infinity");
  }

  /** The weights are finite, but so large that sums of them overflow. */
  @Test
  void should_refuse_logits_that_are_not_finite() {
    FineTunedModel model = model();
    Table<String, ParameterRole, Tensor> tensors = HashBasedTable.create(model.weights().tensors());
    Tensor bias = model.weights().tensor("logits", ParameterRole.BIAS);
    Tensor kernel = model.weights().tensor("logits", ParameterRole.KERNEL);
    float[] large = new float[kernel.values().length];
    Arrays.fill(large, 3e38f);
    tensors.put("logits", ParameterRole.KERNEL, Tensor.of(kernel.shape(), large));
    tensors.put("logits", ParameterRole.BIAS, Tensor.of(bias.shape(), new float[] {3e38f, 0, 0}));
    ImageClassifier overflowing =
        ImageClassifier.of(model.input(), model.classNames(), model.graph(), Weights.of(tensors));

    assertThatThrownBy(() -> overflowing.classify(IMAGES.load(0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("finite logit", "image 0", "class-0");
    assertThatThrownBy(() -> overflowing.logits(IMAGES.load(0)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> overflowing.evaluate(IMAGES))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("synthetic-0");
    assertThatThrownBy(
            () ->
                FeatureExtractor.of(model.input(), model.graph(), Weights.of(tensors), "logits")
                    .features(List.of(IMAGES.load(0))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("image 0");
    float[] bad = {1, Float.NaN, 2};
    assertThatThrownBy(() -> Prediction.ofLogits(model.classNames(), bad))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("class 1");
    assertThatThrownBy(() -> Evaluation.tally(model.classNames()).add(bad, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void should_not_write_a_model_that_is_not_finite() throws IOException {
    FineTunedModel model = model();
    // The array is shared. Callers must not change it; here it simulates a damaged model.
    model.weights().tensor("logits", ParameterRole.KERNEL).values()[3] = Float.NaN;

    assertThatThrownBy(() -> model.save(folder.resolve("deep/model.zip")))
        .isInstanceOf(WeightsException.class)
        .hasMessageContainingAll("model.zip", "logits/kernel", "NaN at value 3");

    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }
}
