package dev.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.backbone.Backbone;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Shape;
import dev.finetune.image.Pixels;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** Properties of the pooled features of several layers, over random graphs and layers. */
@Tag("numeric")
class PooledFeaturesProperties {

  /**
   * The tolerance relative to the largest value of a layer. A mean of 64 float32 values has an
   * error of at most 64 * 6e-8. Up to eleven layers may be computed by another algorithm where a
   * layer after them is computed too.
   */
  private static final double TOLERANCE = 2e-5;

  @Provide
  Arbitrary<Backbone> backbones() {
    return RandomBackbones.arbitrary();
  }

  @Property(tries = 60, shrinking = ShrinkingMode.OFF, seed = "42")
  void should_be_the_means_of_the_layers_in_order(
      @ForAll("backbones") Backbone backbone,
      @ForAll @IntRange(min = 1, max = 5) int count,
      @ForAll long seed) {
    List<String> layers = chosen(backbone.graph(), count, seed);

    Backbone features = backbone.withPooledFeatures(layers);

    List<Pixels> images = List.of(new SyntheticImages(3, 1, 8, seed).load(0));
    float[] values = output(features, images);
    assertThat(features.graph().outputShape()).isEqualTo(Shape.vector(values.length));
    int at = 0;
    for (String layer : layers) {
      Shape shape = backbone.graph().node(layer).output();
      float[] maps = output(backbone, layer, images);
      double scale = largest(maps);
      for (int channel = 0; channel < shape.channels(); channel++) {
        assertThat(Math.abs(values[at++] - mean(maps, shape, channel)))
            .as("channel %s of %s, features of %s", channel, layer, layers)
            .isLessThanOrEqualTo(TOLERANCE * scale);
      }
    }
    assertThat(at).isEqualTo(values.length);
  }

  @Property(tries = 200, seed = "42")
  void should_need_no_other_layers_and_weights(
      @ForAll("backbones") Backbone backbone,
      @ForAll @IntRange(min = 1, max = 5) int count,
      @ForAll long seed) {
    List<String> layers = chosen(backbone.graph(), count, seed);

    Backbone features = backbone.withPooledFeatures(layers);

    assertThat(features.graph().names())
        .filteredOn(backbone.graph().names()::contains)
        .containsExactlyElementsOf(backbone.graph().closure(layers));
    features.weights().requireMatch(features.graph(), "features");
    assertThat(backbone.weights().tensors().cellSet())
        .containsAll(features.weights().tensors().cellSet());
    assertThat(features.input()).isEqualTo(backbone.input());
    assertThat(features.weightsOrigin()).isEqualTo(backbone.weightsOrigin());
  }

  private static List<String> chosen(LayerGraph graph, int count, long seed) {
    List<String> names = new ArrayList<>(graph.names());
    Collections.shuffle(names, new Random(seed));
    return names.subList(0, Math.min(count, names.size()));
  }

  private static float[] output(Backbone backbone, List<Pixels> images) {
    return output(backbone, backbone.graph().outputs().get(0), images);
  }

  private static float[] output(Backbone backbone, String layer, List<Pixels> images) {
    try (FeatureExtractor extractor =
        FeatureExtractor.of(backbone.input(), backbone.graph(), backbone.weights(), layer)) {
      return extractor.features(images).values();
    }
  }

  private static double mean(float[] maps, Shape shape, int channel) {
    int size = shape.height() * shape.width();
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += maps[channel * size + i];
    }
    return sum / size;
  }

  private static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
