package dev.finetune.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.image.Preprocessing;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.ZooBackbone;
import dev.finetune.zoo.architecture.Dialect;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that the preprocessing comes from the configuration beside the weights. */
class TimmConfigTest {

  @TempDir Path folder;
  private Path weights;

  /** Writes a file with a single name of timm, which is enough to detect the dialect. */
  @BeforeEach
  void write() throws IOException {
    byte[] header =
        "{\"conv_stem.weight\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(12 + header.length).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(header.length).put(header);
    weights = Files.write(folder.resolve("model.safetensors"), file.array());
  }

  private void config(String text) throws IOException {
    Files.writeString(folder.resolve("config.json"), text);
  }

  private static String pretrained(String mean, String deviation) {
    return String.format(
        "{\"architecture\":\"efficientnet_b1\",\"pretrained_cfg\":{\"mean\":%s,\"std\":%s}}",
        mean, deviation);
  }

  private Preprocessing of(ZooBackbone backbone) {
    return backbone.weights(weights).input().preprocessing();
  }

  /**
   * The defaults are those of timm 1.0.29, where only efficientnet_b1 does not use ImageNet's
   * means.
   */
  @Test
  void should_use_the_preprocessing_of_timms_default_weights() {
    assertThat(of(Zoo.efficientNetB0Imagenet())).isEqualTo(Preprocessing.TORCH);
    assertThat(of(Zoo.efficientNetB1Imagenet())).isEqualTo(Preprocessing.TF);
    assertThat(of(Zoo.efficientNetB2Imagenet())).isEqualTo(Preprocessing.TORCH);
    assertThat(of(Zoo.mobileNetV3Imagenet())).isEqualTo(Preprocessing.TORCH);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[0.485, 0.456, 0.406] | [0.229, 0.224, 0.225] | TORCH",
        "[0.5, 0.5, 0.5] | [0.5, 0.5, 0.5] | TF",
        "[0.0, 0.0, 0.0] | [1.0, 1.0, 1.0] | UNIT"
      })
  void should_use_the_preprocessing_of_the_configuration(
      String mean, String deviation, Preprocessing wanted) throws IOException {
    config(pretrained(mean, deviation));

    assertThat(of(Zoo.efficientNetB1Imagenet())).isEqualTo(wanted);
    assertThat(of(Zoo.efficientNetB0Imagenet())).isEqualTo(wanted);
  }

  @Test
  void should_use_the_preprocessing_of_the_caller() throws IOException {
    config("{\"pretrained_cfg\":{\"mean\":[0.1,0.2,0.3],\"std\":[1,1,1]}}");

    assertThat(
            Zoo.efficientNetB1Imagenet()
                .weights(weights, Preprocessing.TORCH)
                .input()
                .preprocessing())
        .isEqualTo(Preprocessing.TORCH);
    assertThatThrownBy(() -> Zoo.efficientNetB1Imagenet().weights(weights))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContainingAll("config.json", "[0.1, 0.2, 0.3]", "weights(path, preprocessing)");
  }

  @Test
  void should_refuse_networks_that_pad_as_tensorflow_does() throws IOException {
    config(
        pretrained("[0.5, 0.5, 0.5]", "[0.5, 0.5, 0.5]")
            .replace("efficientnet", "tf_efficientnet"));

    assertThatThrownBy(() -> Zoo.efficientNetB1Imagenet().weights(weights))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContainingAll("config.json", "tf_efficientnet_b1", "without tf_");
  }

  @Test
  void should_ignore_configurations_of_other_libraries() throws IOException {
    config("{\"model_type\":\"bert\"}");

    assertThat(of(Zoo.efficientNetB1Imagenet())).isEqualTo(Preprocessing.TF);
  }

  @Test
  void should_refuse_a_definition_of_another_format() {
    ZooBackbone wrong = Zoo.efficientNetB0Imagenet().weights(weights, Dialect.KERAS_SCRATCH);

    assertThatThrownBy(wrong::weights)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContainingAll("model.safetensors", "torchvision and timm", "KERAS_SCRATCH");
    assertThatThrownBy(() -> Zoo.xceptionImagenet().weights(weights, Dialect.TIMM))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("TIMM");
  }
}
