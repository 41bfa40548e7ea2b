package dev.finetune.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Shape;
import dev.finetune.head.HeadLayers;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Pooling;
import dev.finetune.zoo.architecture.Top;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests widths, and backbones that end in an inner layer. */
class NetworkPartsTest {

  private static ZooBackbone cut() {
    return Zoo.mobileNetV2Imagenet().randomWeights(1).upTo("block_13_expand_relu");
  }

  /** The numbers of Keras' count_params and of torchvision's tensors, which agree. */
  @ParameterizedTest
  @CsvSource({
    "mobilenetv2-0.25, 1529768",
    "mobilenetv2-0.35, 1691208",
    "mobilenetv2-0.4, 1786504",
    "mobilenetv2-0.5, 1987224",
    "mobilenetv2-0.75, 2663064",
    "mobilenetv2-0.9, 3173144",
    "mobilenetv2, 3538984",
    "mobilenetv2-1.3, 5431048",
    "mobilenetv2-1.4, 6156712",
    "mobilenetv2-2, 11326312",
    "mobilenet-0.25, 475544",
    "mobilenet-0.35, 773521",
    "mobilenet-0.4, 944939",
    "mobilenet-0.5, 1342536",
    "mobilenet-0.75, 2601976",
    "mobilenet-0.9, 3538619",
    "mobilenet, 4253864",
    "mobilenet-1.3, 6746582",
    "mobilenet-2, 14785896"
  })
  void should_have_as_many_parameters_as_the_publishers_network(String name, long parameters) {
    ZooBackbone network = Zoo.byName(name);

    assertThat(network.name()).isEqualTo(name);
    for (Dialect dialect : network.architecture().dialects()) {
      Form form = Form.square(224, dialect, Top.LOGITS);
      assertThat(network.architecture().define(form).graph().parameterCount())
          .isEqualTo(parameters);
    }
  }

  @Test
  void should_refuse_a_width_that_there_is_not() {
    assertThat(Zoo.mobileNetV2Imagenet().width(0.35).name()).isEqualTo("mobilenetv2-0.35");
    assertThat(Zoo.mobileNetV2Imagenet().width(1).name()).isEqualTo("mobilenetv2");
    assertThatThrownBy(() -> Zoo.vgg16Imagenet().width(0.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("vgg16 must have no width, because it has only one, got 0.5");
    assertThatThrownBy(() -> Zoo.mobileNetImagenet().width(0.05))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("width must be >= 0.1 and <= 4, got 0.05");
    assertThatThrownBy(() -> Zoo.byName("vgg16-0.5"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got \"vgg16-0.5\"");
  }

  @Test
  void should_have_no_published_weights_for_other_widths() {
    assertThat(Zoo.mobileNetV2Imagenet().width(0.5).weightsOrigin()).isEqualTo("none");
    assertThatThrownBy(() -> Zoo.mobileNetV2Imagenet().width(0.5).weights())
        .hasMessageContaining("No published weights of mobilenetv2-0.5");
  }

  @Test
  void should_end_in_the_layer() {
    LayerGraph whole = Zoo.mobileNetV2Imagenet().randomWeights(1).graph();

    assertThat(cut().name()).isEqualTo("mobilenetv2 up to block_13_expand_relu");
    assertThat(cut().graph().outputs()).containsExactly("block_13_expand_relu");
    assertThat(cut().graph().outputShape()).isEqualTo(Shape.image(576, 14, 14));
    assertThat(cut().graph().names())
        .containsExactlyElementsOf(whole.upTo("block_13_expand_relu").names());
    assertThat(cut().weights().tensors().rowKeySet()).isSubsetOf(cut().graph().names());
    assertThat(cut().usualHead()).containsExactly(HeadLayers.globalAveragePooling());
    assertThat(cut().sourceHead()).isEmpty();
    assertThat(cut().pooling(Pooling.AVG).graph().outputShape()).isEqualTo(Shape.vector(576));
    assertThat(cut().pooling(Pooling.AVG).usualHead()).isEmpty();
  }

  @Test
  void should_keep_the_layer_for_images_of_another_size() {
    assertThat(cut().withSide(96).orElseThrow().graph().outputShape())
        .isEqualTo(Shape.image(576, 6, 6));
    assertThat(cut().graphAt(64).outputShape()).isEqualTo(Shape.image(576, 4, 4));
    assertThat(cut().inputSize(64).withSide(96)).isEmpty();
    assertThat(cut().width(0.35).graph().outputShape()).isEqualTo(Shape.image(192, 14, 14));
    assertThat(cut().upTo("Conv1_relu").graph().outputs()).containsExactly("Conv1_relu");
  }

  /** VGG's own head flattens the last feature maps; those of an inner layer are averaged. */
  @Test
  void should_average_the_features_of_an_inner_layer_of_any_network() {
    assertThat(Zoo.vgg16Imagenet().randomWeights(1).usualHead()).isEmpty();
    assertThat(Zoo.vgg16Imagenet().randomWeights(1).upTo("block4_conv3").usualHead()).hasSize(1);
  }

  @Test
  void should_suggest_layers_with_a_similar_name() {
    assertThatThrownBy(() -> Zoo.mobileNetV2Imagenet().upTo("block_13_expand_relu6"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "The layer must be one of mobilenetv2's, such as [block_13_expand_relu, ",
            "got \"block_13_expand_relu6\"");
    assertThatThrownBy(() -> cut().graphWithTop())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must have no classifier, got SOFTMAX");
  }
}
