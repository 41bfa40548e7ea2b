package dev.finetune.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finetune.ImageClassifier;
import dev.finetune.graph.Activation;
import dev.finetune.graph.Layer;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.ParameterRole;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Pixels;
import dev.finetune.image.Preprocessing;
import dev.finetune.weights.Weights;
import dev.finetune.weights.WeightsException;
import dev.finetune.zoo.architecture.Top;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fixtures and expected numbers of src/test/python/make_fixtures.py. */
class WeightReaderTest {

  private static final TinyArchitecture TINY = new TinyArchitecture();

  @TempDir Path folder;

  private static Path fixture(String name) throws URISyntaxException {
    URL url = WeightReaderTest.class.getResource("/fixtures/" + name);
    return Path.of(url.toURI());
  }

  private static JsonNode expected() throws IOException, URISyntaxException {
    return new ObjectMapper().readTree(Files.readString(fixture("expected.json")));
  }

  /** One wrong permutation, of a kernel, of the flattened rows or of a dense kernel, fails this. */
  @ParameterizedTest
  @CsvSource({
    "keras2.h5, 1e-5",
    "keras1.h5, 1e-5",
    "f32.safetensors, 1e-5",
    "f16.safetensors, 5e-3",
    "bf16.safetensors, 5e-2"
  })
  void should_compute_torchs_logits_from_every_format(String file, float tolerance)
      throws Exception {
    LayerGraph graph = TINY.graph(8, Top.LOGITS);
    Weights weights = WeightReader.read(fixture(file), TINY, graph);
    ImageClassifier classifier =
        ImageClassifier.of(
            new InputSpec(8, 8, Preprocessing.NONE),
            List.of("a", "b", "c", "d", "e"),
            graph,
            weights);
    float[] planes = new float[192];
    for (int i = 0; i < planes.length; i++) {
      planes[i] = (float) Math.sin(i * 0.31 + 0.31);
    }
    float[] logits = new float[5];
    for (int i = 0; i < 5; i++) {
      logits[i] = (float) expected().get("logits").get(i).asDouble();
    }

    assertThat(classifier.logits(Pixels.ofPlanes(8, 8, planes)))
        .containsExactly(logits, Offset.offset(tolerance));
  }

  @ParameterizedTest
  @ValueSource(strings = {"keras2.h5", "f32.safetensors"})
  void should_pass_over_the_top_where_the_graph_has_none(String file) throws Exception {
    Weights weights = WeightReader.read(fixture(file), TINY, TINY.graph(8, Top.NONE));

    assertThat(weights.tensors().rowKeySet()).containsExactlyInAnyOrder("conv", "norm");
  }

  @Test
  void should_list_all_that_is_missing_extra_and_mis_shaped() throws Exception {
    LayerGraph other =
        TINY.graph(8, Top.NONE).toBuilder()
            .then("more", new Layer.Flatten())
            .then("added", new Layer.Dense(2, Activation.LINEAR))
            .build();
    assertThatThrownBy(() -> WeightReader.read(fixture("keras2.h5"), TINY, other))
        .isInstanceOf(WeightsException.class)
        .hasMessageContainingAll(
            "keras2.h5", "2 problems", "missing: added/kernel [64, 2]", "missing: added/bias [2]");
    assertThatThrownBy(
            () -> WeightReader.read(fixture("keras2.h5"), TINY, TINY.graph(16, Top.LOGITS)))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("shape: dense/kernel expected [256, 5], got [64, 5]");
  }

  @Test
  void should_list_tensors_under_names_it_does_not_know() throws IOException {
    Path file =
        safetensors(
            "{\"features.0.weight\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                + "\"mystery.weight\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
            4);

    assertThatThrownBy(() -> WeightReader.read(file, TINY, TINY.graph(8, Top.NONE)))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("extra: mystery.weight [1]");
  }

  @Test
  void should_refuse_broken_safetensors() throws Exception {
    LayerGraph graph = TINY.graph(8, Top.LOGITS);
    byte[] whole = Files.readAllBytes(fixture("f32.safetensors"));
    Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, whole.length - 8));
    Path type =
        safetensors("{\"a.w\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}", 8);
    byte[] long9 = whole.clone();
    ByteBuffer.wrap(long9).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 1L << 40);
    Path header = Files.write(folder.resolve("header"), long9);

    assertThatThrownBy(() -> WeightReader.read(cut, TINY, graph))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cut off or wrong");
    assertThatThrownBy(() -> WeightReader.read(type, TINY, graph))
        .hasMessageContainingAll("a.w is I64", "F32, F16 and BF16");
    assertThatThrownBy(() -> WeightReader.read(header, TINY, graph))
        .hasMessageContaining("header does not fit");
  }

  @Test
  void should_refuse_other_files() throws Exception {
    LayerGraph graph = TINY.graph(8, Top.LOGITS);
    Path text = Files.writeString(folder.resolve("weights.h5"), "not a weight file at all");
    byte[] whole = Files.readAllBytes(fixture("keras2.h5"));
    Path cut = Files.write(folder.resolve("cut.h5"), Arrays.copyOf(whole, 600));

    assertThatThrownBy(() -> WeightReader.read(text, TINY, graph))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("weights.h5", "begins like neither");
    assertThatThrownBy(() -> WeightReader.read(folder.resolve("absent.h5"), TINY, graph))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no such weight file");
    assertThatThrownBy(() -> WeightReader.read(cut, TINY, graph))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cut.h5");
  }

  /** All 63,488 finite half-precision numbers, against NumPy's. */
  @Test
  void should_widen_every_half() throws Exception {
    double sum = 0;
    int finite = 0;
    for (int bits = 0; bits < 65536; bits++) {
      float value = Safetensors.half((short) bits);
      if (Float.isFinite(value)) {
        sum += (double) value * value;
        finite++;
      }
    }

    assertThat(finite).isEqualTo(expected().get("halfFinite").asInt());
    double wanted = expected().get("halfSumOfSquares").asDouble();
    assertThat(sum).isCloseTo(wanted, Offset.offset(wanted * 1e-12));
    assertThat(Safetensors.half((short) 0x3c00)).isEqualTo(1f);
    assertThat(Safetensors.half((short) 0xc000)).isEqualTo(-2f);
    assertThat(Safetensors.half((short) 0x0001)).isEqualTo(5.9604645e-8f);
    assertThat(Safetensors.half((short) 0x7c00)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Safetensors.half((short) 0x7e00)).isNaN();
  }

  @ParameterizedTest
  @CsvSource({
    "block1_conv1_W_1:0, KERNEL",
    "block1_conv1_b_1:0, BIAS",
    "fire2/squeeze1x1_3/kernel:0, KERNEL",
    "conv1/bias:0, BIAS",
    "bn_conv1_running_std:0, MOVING_VARIANCE",
    "bn/moving_mean:0, MOVING_MEAN",
    "bn/gamma:0, GAMMA",
    "bn_beta_1:0, BETA",
  })
  void should_know_what_keras_calls_tensors(String name, ParameterRole role) {
    assertThat(KerasNames.role(name)).isEqualTo(role);
  }

  @Test
  void should_not_guess_unknown_names() {
    assertThat(KerasNames.role("conv/depthwise_kernel:0")).isNull();
  }

  private Path safetensors(String header, int bytes) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + text.length + bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(text.length).put(text);
    return Files.write(Files.createTempFile(folder, "made", ".safetensors"), file.array());
  }
}
