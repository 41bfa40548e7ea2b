package dev.finetune.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.graph.LayerGraph;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compares every network with published numbers: for Keras the totals of {@code model.summary()}
 * and {@code len(model.layers)}, for torchvision {@code num_params}, which excludes running
 * statistics.
 */
class PublishedNumbersTest {

  /**
   * All and trainable parameters with the classifier, and layers without it; 0 where not published.
   */
  @ParameterizedTest
  @CsvSource({
    "vgg16, 138357544, 138357544, 19",
    "vgg19, 143667240, 143667240, 22",
    "resnet50, 25636712, 25583592, 175",
    "resnet50v2, 25613800, 25568360, 190",
    "mobilenet, 4253864, 4231976, 86",
    "mobilenetv2, 3538984, 3504872, 154",
    "densenet121, 8062504, 7978856, 427",
    "inceptionv3, 23851784, 23817352, 311",
    "xception, 22910480, 22855952, 132",
    "efficientnetb0, 5330571, 5288548, 238",
    "efficientnetb1, 7856239, 7794184, 340",
    "efficientnetb2, 9177569, 9109994, 340",
    "efficientnetb3, 12320535, 12233232, 385",
    "convnexttiny, 28589128, 28589128, 133",
    "squeezenet, 1235496, 1235496, 62",
    "squeezenet1_0, 1248424, 1248424, 0",
    "resnet18, 0, 11689512, 0",
    "resnet34, 0, 21797672, 0",
    "mobilenetv3, 0, 5483032, 0",
  })
  void should_have_the_published_counts(String name, long all, long trainable, int layers) {
    LayerGraph whole = Zoo.byName(name).randomWeights(1).graphWithTop();

    assertThat(whole.trainableParameterCount(Set.of())).isEqualTo(trainable);
    assertThat(whole.outputShape()).hasToString("1000");
    if (all > 0) {
      assertThat(whole.parameterCount()).isEqualTo(all);
    }
    if (layers > 0) {
      assertThat(Zoo.byName(name).randomWeights(1).graph().counted()).hasSize(layers);
    }
  }

  /** The feature maps at the end of each stage, for images of the default size. */
  @ParameterizedTest
  @CsvSource({
    "vgg16, 64x112x112 128x56x56 256x28x28 512x14x14 512x7x7",
    "vgg19, 64x112x112 128x56x56 256x28x28 512x14x14 512x7x7",
    "resnet50, 64x56x56 256x56x56 512x28x28 1024x14x14 2048x7x7",
    "resnet50v2, 64x56x56 256x28x28 512x14x14 1024x7x7 2048x7x7",
    "mobilenet, 64x112x112 128x56x56 256x28x28 512x14x14 1024x7x7",
    "mobilenetv2, 16x112x112 24x56x56 32x28x28 96x14x14 1280x7x7",
    "densenet121, 64x56x56 128x28x28 256x14x14 512x7x7 1024x7x7",
    "inceptionv3, 64x73x73 192x35x35 288x35x35 768x17x17 2048x8x8",
    "xception, 64x147x147 128x74x74 256x37x37 728x19x19 2048x10x10",
    "efficientnetb0, 16x112x112 24x56x56 40x28x28 112x14x14 1280x7x7",
    "efficientnetb1, 16x120x120 24x60x60 40x30x30 112x15x15 1280x8x8",
    "efficientnetb2, 16x130x130 24x65x65 48x33x33 120x17x17 1408x9x9",
    "efficientnetb3, 24x150x150 32x75x75 48x38x38 136x19x19 1536x10x10",
    "convnexttiny, 96x56x56 192x28x28 384x14x14 768x7x7",
    "squeezenet, 64x55x55 128x27x27 256x13x13 512x13x13",
    "squeezenet1_0, 96x54x54 256x27x27 512x13x13 512x13x13",
    "resnet18, 64x56x56 64x56x56 128x28x28 256x14x14 512x7x7",
    "resnet34, 64x56x56 64x56x56 128x28x28 256x14x14 512x7x7",
    "mobilenetv3, 16x112x112 24x56x56 40x28x28 112x14x14 960x7x7",
  })
  void should_have_the_shapes_of_the_papers_at_every_stage(String name, String shapes) {
    LayerGraph graph = Zoo.byName(name).randomWeights(1).graph();

    assertThat(graph.stages().stream().map(stage -> graph.node(stage).output().toString()))
        .containsExactly(shapes.split(" ", -1));
  }

  @Test
  void should_know_every_network_by_the_names_of_the_command_line() {
    assertThat(Zoo.names())
        .contains(
            "vgg16 vgg19 resnet50 resnet50v2 mobilenet mobilenetv2 densenet121 inceptionv3"
                .split(" ", -1))
        .contains(
            "xception efficientnetb0 efficientnetb1 efficientnetb2 efficientnetb3 squeezenet"
                .split(" ", -1))
        .contains("convnexttiny resnet18 resnet34 mobilenetv3".split(" ", -1));
  }

  /**
   * The order comes from published summaries of Keras 2.0 to 2.9. Branches are interleaved; weight
   * files whose names do not match are read in this order.
   */
  @Test
  void should_list_layers_in_keras_order() {
    assertThat(Zoo.resNet50Imagenet().randomWeights(1).graph().names())
        .containsSequence(
            "conv2_block1_2_relu",
            "conv2_block1_0_conv",
            "conv2_block1_3_conv",
            "conv2_block1_0_bn",
            "conv2_block1_3_bn",
            "conv2_block1_add",
            "conv2_block1_out",
            "conv2_block2_1_conv");
    assertThat(Zoo.inceptionV3Imagenet().randomWeights(1).graph().names())
        .containsSequence("max_pooling2d_1", "conv2d_8", "batch_normalization_8", "activation_8")
        .containsSequence(
            "activation_5",
            "activation_7",
            "activation_10",
            "activation_11",
            "mixed0",
            "conv2d_15",
            "batch_normalization_15",
            "activation_15")
        .containsSequence(
            "activation_82",
            "activation_83",
            "batch_normalization_84",
            "activation_76",
            "mixed9_0",
            "concatenate",
            "activation_84",
            "mixed9");
    assertThat(Zoo.xceptionImagenet().randomWeights(1).graph().names())
        .containsSequence(
            "block2_sepconv2_bn", "conv2d", "block2_pool", "batch_normalization", "add")
        .containsSequence(
            "block13_sepconv2_bn", "conv2d_3", "block13_pool", "batch_normalization_3", "add_11");
  }
}
