package dev.finetune.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finetune.FeatureExtractor;
import dev.finetune.FineTunedModel;
import dev.finetune.datasets.Images;
import dev.finetune.engine.EngineOptions;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.ZooBackbone;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Saved models and backbones, applied to images. */
@Tag("numeric")
class NetworkArgumentsTest {

  @TempDir Path folder;
  private String image;

  @BeforeEach
  void writeImage() throws IOException {
    image = TestFiles.image(folder).toString();
  }

  private Call features(String network, String... more) {
    String[] all =
        Stream.concat(
                Stream.of(
                    "features",
                    network,
                    image,
                    image,
                    "--out",
                    folder.resolve("x.npy").toString(),
                    "--json"),
                Arrays.stream(more))
            .toArray(String[]::new);
    return Call.of(all);
  }

  private float[] written() throws IOException {
    ByteBuffer bytes =
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve("x.npy"))).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer values =
        bytes.position(10 + bytes.getShort(8)).slice().order(bytes.order()).asFloatBuffer();
    float[] all = new float[values.remaining()];
    values.get(all);
    return all;
  }

  @Test
  void should_write_the_features_of_a_saved_model() throws IOException {
    Path file = TestFiles.savedModel(folder);

    Call call = features(file.toString(), "--layer", "logits");

    assertThat(call.exitCode()).as(call.err()).isZero();
    assertThat(call.json().get("shape").toString()).isEqualTo("[2,12]");
    float[] values = written();
    try (FineTunedModel model = FineTunedModel.load(file)) {
      float[] logits = model.logits(Images.read(Path.of(image)));
      for (int i = 0; i < logits.length; i++) {
        assertThat(values[i]).isEqualTo(values[logits.length + i]);
        assertThat(values[i]).isCloseTo(logits[i], Offset.offset(1e-4f));
      }
    }
  }

  @Test
  void should_write_the_features_of_a_backbone() throws IOException {
    Call call = features("squeezenet", "--weights", "random", "--size", "48", "--layer", "pool1");

    assertThat(call.exitCode()).as(call.err()).isZero();
    ZooBackbone backbone = Zoo.byName("squeezenet").randomWeights(0).inputSize(48);
    try (FeatureExtractor extractor =
        FeatureExtractor.of(backbone.input(), backbone.graph(), backbone.weights(), "pool1")) {
      float[] one = extractor.features(List.of(Images.read(Path.of(image)))).values();
      assertThat(written()).startsWith(one).hasSize(2 * one.length);
    }
  }

  @Test
  void should_write_the_features_of_a_layer_of_the_imagenet_classifier() throws IOException {
    Call call = features("squeezenet", "--weights", "random", "--layer", "relu_conv10");

    assertThat(call.exitCode()).as(call.err()).isZero();
    assertThat(call.json().get("shape").get(1).asInt()).isEqualTo(1000);
  }

  @Test
  void should_name_the_classes_as_a_file_does() throws IOException {
    Path labels = folder.resolve("labels.txt");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      lines.append(String.format("n%08d kind %d\n", i, i));
    }
    Files.writeString(labels, lines);

    Call call =
        Call.of(
            "classify",
            "squeezenet",
            image,
            "--weights",
            "random",
            "--labels",
            labels.toString(),
            "--top",
            "1",
            "--json");

    assertThat(call.exitCode()).as(call.err()).isZero();
    JsonNode best = call.json().at("/predictions/0/top/0");
    assertThat(best.get("class").asText()).isEqualTo("kind " + best.get("index").asInt());
  }

  /** A file with the name of a backbone is found by its path. */
  @Test
  void should_find_a_file_that_has_the_name_of_a_backbone() throws IOException {
    Path file = Files.move(TestFiles.savedModel(folder), folder.resolve("vgg16"));

    Call call = Call.of("classify", file.toString(), image, "--json");

    assertThat(call.exitCode()).as(call.err()).isZero();
    assertThat(call.json().at("/predictions/0/top/0/class").asText()).doesNotContain("n0");
  }

  @Test
  void should_compute_a_saved_model_with_its_own_engine_unless_another_is_named()
      throws IOException {
    Path file = folder.resolve("dl4j.zip");
    try (FineTunedModel model = TestFiles.model("dl4j")) {
      model.save(file);
    }

    try (FineTunedModel own = FineTunedModel.load(file, options -> options.threads(1));
        FineTunedModel other = FineTunedModel.load(file, options -> options.engine("onednn"))) {
      assertThat(own.engine()).isEqualTo(EngineOptions.defaults().engine("dl4j").threads(1));
      assertThat(other.engine()).isEqualTo(EngineOptions.defaults().engine("onednn"));
    }
    double own = best(Call.of("classify", file.toString(), image, "--threads", "1", "--json"));
    double other =
        best(Call.of("classify", file.toString(), image, "--engine", "onednn", "--json"));
    assertThat(own).isCloseTo(other, Offset.offset(1e-4));
  }

  private static double best(Call call) throws IOException {
    assertThat(call.exitCode()).as(call.err()).isZero();
    return call.json().at("/predictions/0/top/0/probability").asDouble();
  }
}
