package dev.finetune.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finetune.ImageClassifier;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.image.Pixels;
import dev.finetune.zoo.architecture.Definition;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Top;
import dev.finetune.zoo.weights.KerasWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests a file with the layers and groups of Teachable Machine's, and the logits that Keras
 * computes with its values; see src/test/python/make_zoo_goldens.py.
 */
@Tag("numeric")
class TeachableMachineTest {

  private static final int SIZE = 224;

  @TempDir Path folder;
  private Path labels;

  @BeforeEach
  void writeLabels() throws IOException {
    labels = Files.writeString(folder.resolve("labels.txt"), "0 cat\n1 black dog\n2 3 mice\n\n");
  }

  /** A dense layer has a matrix as its kernel; the network of this library has a convolution. */
  private static List<Integer> matrix(List<Integer> shape) {
    return shape.size() == 4 ? shape.subList(2, 4) : shape;
  }

  private Path model() throws IOException {
    Definition network =
        new TeachableNetwork(3).define(Form.square(SIZE, Dialect.KERAS, Top.LOGITS));
    return KerasWriter.write(
        folder.resolve("keras_model.h5"),
        network,
        KerasWriter.models("sequential_1", "Conv_1_bn", "sequential_3", "dense_Dense2"),
        Map.of(
            "dense_Dense1", TeachableMachineTest::matrix,
            "dense_Dense2", TeachableMachineTest::matrix));
  }

  /** Rounding in float32 moves logits of this network, which are about 3, by up to 4e-5 of them. */
  @Test
  void should_compute_kerass_logits() throws IOException {
    float[] right = new float[3];
    try (InputStream in =
        TeachableMachineTest.class.getResourceAsStream("/goldens/teachable_machine.json")) {
      JsonNode logits = new ObjectMapper().readTree(in).get("logits");
      for (int i = 0; i < right.length; i++) {
        right[i] = (float) logits.get(i).asDouble();
      }
    }
    float[] planes = new float[3 * SIZE * SIZE];
    for (int i = 0; i < planes.length; i++) {
      planes[i] = (float) ((Math.sin(0.37 * (i + 1)) + 1) * 127.5);
    }

    try (ImageClassifier classifier = TeachableMachine.classifier(model(), labels)) {
      Pixels image = Pixels.ofPlanes(SIZE, SIZE, planes);

      assertThat(classifier.classNames()).containsExactly("cat", "black dog", "3 mice");
      assertThat(classifier.logits(image)).containsExactly(right, Offset.offset(5e-4f));
      assertThat(classifier.classify(image).best().className()).isEqualTo("3 mice");
    }
  }

  @Test
  void should_be_a_backbone_of_mobilenetv2() throws IOException {
    ZooBackbone backbone = Zoo.mobileNetV2Imagenet().weights(model());

    assertThat(backbone.name()).isEqualTo("mobilenetv2-0.35");
    backbone.weights().requireMatch(backbone.graph(), "the model");
    assertThatThrownBy(() -> Zoo.mobileNetV2Imagenet().width(0.5).weights(model()).weights())
        .hasMessageContaining("the width must be that of the file, 0.35, got 0.5");
  }

  @Test
  void should_refuse_another_number_of_labels() throws IOException {
    Files.writeString(labels, "0 cat\n1 dog\n");
    Path model = model();

    assertThatThrownBy(() -> TeachableMachine.classifier(model, labels))
        .isInstanceOf(UncheckedIOException.class)
        .cause()
        .isInstanceOf(UnreadableFileException.class)
        .hasMessageContainingAll("keras_model.h5", "as many classes as ", "labels.txt, 2, got");
  }

  @Test
  void should_refuse_another_network() throws Exception {
    Path other = Path.of(getClass().getResource("/fixtures/keras2.h5").toURI());

    assertThatThrownBy(() -> TeachableMachine.classifier(other, labels))
        .isInstanceOf(UncheckedIOException.class)
        .cause()
        .isInstanceOf(UnreadableFileException.class)
        .hasMessageContaining(
            "the layers must be those of an image project of Teachable Machine, MobileNetV2");
  }

  @ParameterizedTest
  @CsvSource({
    "'1 cat\n2 dog', 'label 1 must be \"0 NAME\", got \"1 cat\"'",
    "'0 cat\ndog', 'label 2 must be \"1 NAME\", got \"dog\"'",
    "'0 cat', 'there must be at least 2 labels, got 1'"
  })
  void should_refuse_other_lines(String text, String reason) throws IOException {
    Files.writeString(labels, text);
    Path model = model();

    assertThatThrownBy(() -> TeachableMachine.classifier(model, labels))
        .isInstanceOf(UncheckedIOException.class)
        .cause()
        .isInstanceOfSatisfying(
            UnreadableFileException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
