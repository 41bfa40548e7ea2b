package dev.finetune.zoo;

import static dev.finetune.head.HeadLayers.dense;
import static dev.finetune.head.HeadLayers.dropout;
import static dev.finetune.head.HeadLayers.globalAveragePooling;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.FineTune;
import dev.finetune.FineTunePlan;
import dev.finetune.image.Preprocessing;
import dev.finetune.zoo.architecture.Pooling;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ZooTest {

  /** Numbers of the published experiment: 17,931,627 parameters, 16,196,139 of them trainable. */
  @Test
  void should_count_the_experiment_as_published() {
    FineTunePlan plan =
        FineTune.from(Zoo.vgg16Imagenet())
            .freezeAllBut(8)
            .head(dense(128), dropout(0.6))
            .classes(43)
            .plan();

    assertThat(plan.totalParameters()).isEqualTo(17_931_627);
    assertThat(plan.trainableParameters()).isEqualTo(16_196_139);
    assertThat(plan.frozenLayers()).hasSize(11).contains("block3_pool");
  }

  /** MobileNetV2 ends in 1280 maps of 7 x 7; flattened, they are 62,720 values. */
  @Test
  void should_pool_features_by_default_as_the_published_network_does() {
    FineTunePlan pooled = FineTune.from(Zoo.mobileNetV2Imagenet()).classes(43).plan();
    FineTunePlan flattened = FineTune.from(Zoo.vgg16Imagenet()).classes(43).plan();

    assertThat(pooled.trainableParameters()).isEqualTo(1280 * 43 + 43);
    assertThat(pooled.head()).isEqualTo("gap");
    assertThat(flattened.trainableParameters()).isEqualTo(512 * 7 * 7 * 43 + 43);
    assertThat(flattened.head()).isEmpty();
    assertThat(Zoo.mobileNetV2Imagenet().pooling(Pooling.AVG).usualHead()).isEmpty();
  }

  @Test
  void should_name_layers_as_keras_does() {
    assertThat(Zoo.vgg16Imagenet().graph().names())
        .startsWith("input_1", "block1_conv1", "block1_conv2", "block1_pool")
        .endsWith("block5_conv3", "block5_pool");
    assertThat(Zoo.squeezeNetImagenet().graphWithTop().names())
        .startsWith("input_1", "conv1", "relu_conv1", "pool1", "fire2/squeeze1x1")
        .containsSequence("fire3/concat", "pool3", "fire4/squeeze1x1")
        .containsSequence("fire5/concat", "pool5", "fire6/squeeze1x1")
        .endsWith("fire9/concat", "drop9", "conv10", "relu_conv10", "pool", "softmax");
  }

  @Test
  void should_take_any_size_that_fits() {
    assertThat(Zoo.squeezeNetImagenet().inputSize(128).graph().outputShape())
        .hasToString("512x7x7");
    assertThat(Zoo.vgg16Imagenet().inputSize(32).graph().outputShape()).hasToString("512x1x1");
    assertThatThrownBy(() -> Zoo.vgg16Imagenet().inputSize(16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("block5_pool", "larger input size");
  }

  /** A recipe must not change a size that the application chose; a training may begin smaller. */
  @Test
  void should_have_layers_for_smaller_images_whoever_chose_the_size() {
    for (String name : Zoo.names()) {
      ZooBackbone own = Zoo.byName(name).randomWeights(1);
      ZooBackbone chosen = own.inputSize(160);

      assertThat(chosen.withSide(107)).isEmpty();
      assertThat(chosen.graphAt(107).nodes())
          .isEqualTo(own.graphAt(107).nodes())
          .isEqualTo(own.inputSize(107).graph().nodes());
      assertThat(
              FineTune.from(chosen)
                  .head(globalAveragePooling())
                  .classes(2)
                  .smallerUntil(1, 107)
                  .plan()
                  .phases())
          .hasSize(2);
    }
  }

  @Test
  void should_refuse_names_and_files_that_are_not_there() {
    assertThatThrownBy(() -> Zoo.byName("vgg17")).hasMessageContainingAll("vgg17", "squeezenet");
    assertThatThrownBy(() -> Zoo.vgg16Imagenet().weights(Path.of("absent.h5")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("absent.h5");
    assertThatThrownBy(() -> Zoo.mobileNetImagenet().classifier())
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("weights(path)");
  }

  @Test
  void should_preprocess_as_caffe_by_default() {
    assertThat(Zoo.vgg16Imagenet().input().preprocessing()).isEqualTo(Preprocessing.CAFFE);
  }

  @Test
  void should_take_images_that_are_not_square_and_pool() {
    ZooBackbone wide = Zoo.mobileNetV2Imagenet().inputSize(96, 160);

    assertThat(wide.graph().outputShape()).hasToString("1280x3x5");
    assertThat(wide.input().shape()).hasToString("3x96x160");
    assertThat(wide.pooling(Pooling.AVG).graph().outputShape()).hasToString("1280");
    assertThat(wide.pooling(Pooling.MAX).graph().names()).endsWith("out_relu", "max_pool");
    assertThat(wide.pooling(Pooling.AVG).graphWithTop()).isNotNull();
  }

  /** The indices are those of Keras and torchvision. */
  @Test
  void should_name_imagenets_classes() {
    assertThat(ImageNetClasses.names())
        .hasSize(1000)
        .doesNotHaveDuplicates()
        .startsWith("tench", "goldfish")
        .contains("street sign")
        .endsWith("toilet tissue");
    assertThat(ImageNetClasses.names().indexOf("street sign")).isEqualTo(919);
    assertThat(ImageNetClasses.names().indexOf("golden retriever")).isEqualTo(207);
  }

  /** The source of the weights determines the definition. */
  @Test
  void should_preprocess_as_the_definition_wants() {
    assertThat(Zoo.mobileNetV2Imagenet().input().preprocessing()).isEqualTo(Preprocessing.TORCH);
    assertThat(Zoo.mobileNetV2Imagenet().randomWeights(1).input().preprocessing())
        .isEqualTo(Preprocessing.TF);
    assertThat(Zoo.efficientNetB0Imagenet().input().preprocessing()).isEqualTo(Preprocessing.NONE);
  }

  @Test
  void should_freeze_whole_stages() {
    FineTunePlan plan =
        FineTune.from(Zoo.resNet50Imagenet()).freezeUpToStage(3).head(dense(8)).classes(2).plan();

    assertThat(plan.frozenLayers())
        .contains("conv3_block4_out")
        .doesNotContain("conv4_block1_1_conv");
    assertThatThrownBy(
            () -> FineTune.from(Zoo.resNet50Imagenet()).freezeUpToStage(6).classes(2).plan())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("5", "pool1_pool", "6");
  }
}
