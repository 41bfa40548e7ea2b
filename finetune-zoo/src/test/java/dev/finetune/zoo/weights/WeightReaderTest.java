package dev.finetune.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableMap;
import dev.finetune.ImageClassifier;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Pixels;
import dev.finetune.image.Preprocessing;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import dev.finetune.weights.WeightsException;
import dev.finetune.weights.safetensors.NumberType;
import dev.finetune.weights.safetensors.SafetensorsFile;
import dev.finetune.weights.safetensors.SafetensorsWriter;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.Definition;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Facts;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.MobileNetV2;
import dev.finetune.zoo.architecture.ResNet;
import dev.finetune.zoo.architecture.Top;
import dev.finetune.zoo.internal.keras.KerasFile;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests with the fixtures and expected values of src/test/python/make_fixtures.py. */
class WeightReaderTest {

  private static final TinyArchitecture TINY = new TinyArchitecture();

  @TempDir Path folder;

  private static Path fixture(String name) throws URISyntaxException {
    URL url = WeightReaderTest.class.getResource("/fixtures/" + name);
    return Path.of(url.toURI());
  }

  private static Form form(Path file, int side, Top top) throws IOException {
    return Form.square(side, WeightReader.dialect(file, TINY), top);
  }

  private static Weights read(Path file, int side, Top top) throws IOException {
    return WeightReader.read(file, TINY, form(file, side, top));
  }

  private static JsonNode expected() throws IOException, URISyntaxException {
    return new ObjectMapper().readTree(Files.readString(fixture("expected.json")));
  }

  /**
   * A wrong permutation of a kernel, of the flattened rows or of a dense kernel changes logits by
   * about 1. The magnitudes of a logit's terms sum to at most 349 and pass through about 100
   * roundings, in an order that depends on the CPU, which gives the tolerance 349 x sqrt(100) x
   * 2^-24. With half precision the rounding of the weights dominates, and it is the same on every
   * CPU.
   */
  @ParameterizedTest
  @CsvSource({
    "keras2.h5, 2e-4",
    "keras1.h5, 2e-4",
    "keras_saved.h5, 2e-4",
    "keras_renamed.h5, 2e-4",
    "keras3.weights.h5, 2e-4",
    "keras3.keras, 2e-4",
    "zip.pth, 2e-4",
    "legacy.pth, 2e-4",
    "checkpoint.pth, 2e-4",
    "half.pth, 5e-3",
    "f32.safetensors, 2e-4",
    "f16.safetensors, 5e-3",
    "bf16.safetensors, 5e-2"
  })
  void should_compute_torchs_logits_from_every_format(String file, float tolerance)
      throws Exception {
    Form form = form(fixture(file), 8, Top.LOGITS);
    LayerGraph graph = TINY.define(form).graph();
    Weights weights = WeightReader.read(fixture(file), TINY, form);
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
  @ValueSource(
      strings = {
        "keras2.h5",
        "keras_renamed.h5",
        "keras_nested.h5",
        "keras3.weights.h5",
        "keras3.keras",
        "f32.safetensors",
        "legacy.pth"
      })
  void should_skip_the_classifier_if_the_graph_has_none(String file) throws Exception {
    Weights weights = read(fixture(file), 8, Top.NONE);

    assertThat(weights.tensors().rowKeySet()).containsExactlyInAnyOrder("conv", "norm");
    assertThat(weights.tensor("norm", ParameterRole.BETA))
        .isEqualTo(read(fixture("keras1.h5"), 8, Top.NONE).tensor("norm", ParameterRole.BETA));
  }

  /** A pickle is a program; these would run a command. */
  @ParameterizedTest
  @ValueSource(strings = {"harmful.pth", "harmful_legacy.pth"})
  void should_not_run_what_a_pickle_says(String file) {
    assertThatThrownBy(() -> read(fixture(file), 8, Top.LOGITS))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(file, "posix.system", "refused", "nothing was run");
    assertThat(Path.of("harmed")).doesNotExist();
  }

  /** A file truncated at any byte is refused, and with no other kind of exception. */
  @ParameterizedTest
  @ValueSource(strings = {"legacy.pth", "zip.pth", "f32.safetensors", "keras3.keras"})
  void should_refuse_a_truncated_file(String name) throws Exception {
    byte[] whole = Files.readAllBytes(fixture(name));
    for (int length = 0; length < whole.length; length += 1 + whole.length / 150) {
      Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, length));

      assertThatThrownBy(() -> read(cut, 8, Top.LOGITS))
          .as("%s cut at %s", name, length)
          .isInstanceOfAny(IOException.class, WeightsException.class);
    }
  }

  /** A damaged byte is either reported or harmless; it does not crash the reader. */
  @ParameterizedTest
  @ValueSource(strings = {"legacy.pth", "zip.pth"})
  void should_survive_a_damaged_pickle(String name) throws Exception {
    byte[] whole = Files.readAllBytes(fixture(name));
    for (int at = 0; at < 900; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x5a;
      Path file = Files.write(folder.resolve("damaged"), damaged);

      try {
        read(file, 8, Top.LOGITS)
            .requireMatch(TINY.define(form(file, 8, Top.LOGITS)).graph(), name);
      } catch (IOException | WeightsException e) {
        assertThat(e).hasMessageContaining("damaged");
      }
    }
  }

  /** The last pickle of a legacy file lists the storages. Here the list is empty. */
  @Test
  void should_refuse_a_legacy_file_without_a_tensors_storage() throws Exception {
    String whole = Files.readString(fixture("legacy.pth"), StandardCharsets.ISO_8859_1);
    String list = "\u0080\u0002]";
    Path file = folder.resolve("empty.pth");
    Files.writeString(
        file, whole.substring(0, whole.indexOf(list)) + list + ".", StandardCharsets.ISO_8859_1);

    assertThatThrownBy(() -> read(file, 8, Top.LOGITS))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("empty.pth: storage ", "must be in the file, got none");
  }

  @Test
  void should_point_to_the_adapter_for_a_deeplearning4j_model() throws IOException {
    Path file = folder.resolve("model.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("configuration.json"));
      zip.putNextEntry(new ZipEntry("coefficients.bin"));
    }

    assertThatThrownBy(() -> read(file, 8, Top.LOGITS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Dl4jBackbone.of(name, path");
  }

  @Test
  void should_list_every_missing_and_mis_shaped_tensor() throws Exception {
    Path file =
        safetensors(
            "{\"features.0.weight\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4);

    assertThatThrownBy(() -> read(file, 8, Top.NONE))
        .isInstanceOf(WeightsException.class)
        .hasMessageContainingAll(
            "made",
            "6 problems",
            "shape: conv/kernel expected [4, 3, 3, 3], got [1]",
            "missing: conv/bias [4]",
            "missing: norm/gamma [4]");
    assertThatThrownBy(() -> read(fixture("keras2.h5"), 16, Top.LOGITS))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("shape: dense/kernel expected [256, 5], got [64, 5]");
  }

  @Test
  void should_list_tensors_with_unknown_names() throws IOException {
    Path file =
        safetensors(
            "{\"features.0.weight\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                + "\"features.7.weight\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
            8);

    assertThatThrownBy(() -> read(file, 8, Top.NONE))
        .isInstanceOf(WeightsException.class)
        .satisfies(
            e ->
                assertThat(((WeightsException) e).problems())
                    .contains("extra: features.7.weight [1]"));
  }

  @Test
  void should_suspect_another_network_if_no_name_is_known() throws IOException {
    Path file =
        safetensors(
            "{\"a.weight\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                + "\"b.weight\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
            8);

    assertThatThrownBy(() -> read(file, 8, Top.NONE))
        .isInstanceOf(WeightsException.class)
        .hasMessageContainingAll(
            "1 problem)",
            "got none of its names, as in a file of another network",
            "the first of 2 tensors: a.weight, b.weight");
  }

  @Test
  void should_refuse_broken_safetensors() throws Exception {
    byte[] whole = Files.readAllBytes(fixture("f32.safetensors"));
    Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, whole.length - 8));
    Path type =
        safetensors("{\"a.w\":{\"dtype\":\"C64\",\"shape\":[1],\"data_offsets\":[0,8]}}", 8);
    byte[] long9 = whole.clone();
    ByteBuffer.wrap(long9).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 1L << 40);
    Path header = Files.write(folder.resolve("header"), long9);

    assertThatThrownBy(() -> read(cut, 8, Top.LOGITS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("truncated or damaged");
    assertThatThrownBy(() -> read(type, 8, Top.LOGITS))
        .hasMessageContainingAll("tensor a.w: the type must be one of [F32, F64,", "got C64");
    assertThatThrownBy(() -> read(header, 8, Top.LOGITS))
        .hasMessageContaining("a safetensors header must have 2 to");
  }

  @Test
  void should_refuse_other_files() throws Exception {
    Path text = Files.writeString(folder.resolve("weights.h5"), "not a weight file at all");
    byte[] whole = Files.readAllBytes(fixture("keras2.h5"));
    Path cut = Files.write(folder.resolve("cut.h5"), Arrays.copyOf(whole, 600));

    assertThatThrownBy(() -> read(text, 8, Top.LOGITS))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("weights.h5", "got another format");
    assertThatThrownBy(() -> read(folder.resolve("absent.h5"), 8, Top.LOGITS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no such weight file");
    assertThatThrownBy(() -> read(cut, 8, Top.LOGITS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cut.h5");
  }

  /** VGG is such a network: only its classifier has other names in timm than in torchvision. */
  private static final class TwoPublishers implements Architecture {

    @Override
    public Facts facts() {
      return new Facts(
          "two",
          8,
          ImmutableMap.of(
              Dialect.TORCHVISION, Preprocessing.NONE, Dialect.TIMM, Preprocessing.NONE),
          List.of(),
          "none");
    }

    @Override
    public Definition define(Form form) {
      Definition tiny = TINY.define(form);
      String classifier = form.dialect() == Dialect.TIMM ? "head.fc" : "classifier";
      return new Definition(
          tiny.graph(),
          ImmutableMap.of("features.0", "conv", "features.1", "norm", classifier, "dense"));
    }
  }

  @Test
  void should_tell_publishers_apart_by_the_classifier() throws Exception {
    Map<String, Tensor> tensors =
        new LinkedHashMap<>(SafetensorsFile.open(fixture("f32.safetensors")).read());
    assertThat(WeightReader.dialect(fixture("f32.safetensors"), new TwoPublishers()))
        .isEqualTo(Dialect.TORCHVISION);
    for (String word : List.of("weight", "bias")) {
      tensors.put("head.fc." + word, tensors.remove("classifier." + word));
    }
    Path file = folder.resolve("timm.safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      SafetensorsWriter.write(tensors, out);
    }

    assertThat(WeightReader.dialect(file, new TwoPublishers())).isEqualTo(Dialect.TIMM);
  }

  @Test
  void should_tell_which_networks_a_file_has() throws Exception {
    Architecture two = new TwoPublishers();

    assertThat(
            WeightReader.fitting(
                fixture("checkpoint.pth"), List.of(ResNet.resNet18(), two, new MobileNetV2())))
        .containsExactly(two);
  }

  /** Compares all 63,488 finite half-precision numbers with NumPy. */
  @Test
  void should_widen_every_half() throws Exception {
    double sum = 0;
    int finite = 0;
    for (int bits = 0; bits < 65536; bits++) {
      float value = NumberType.half((short) bits);
      if (Float.isFinite(value)) {
        sum += (double) value * value;
        finite++;
      }
    }

    assertThat(finite).isEqualTo(expected().get("halfFinite").asInt());
    double wanted = expected().get("halfSumOfSquares").asDouble();
    assertThat(sum).isCloseTo(wanted, Offset.offset(wanted * 1e-12));
    assertThat(NumberType.half((short) 0x3c00)).isEqualTo(1f);
    assertThat(NumberType.half((short) 0xc000)).isEqualTo(-2f);
    assertThat(NumberType.half((short) 0x0001)).isEqualTo(5.9604645e-8f);
    assertThat(NumberType.half((short) 0x7c00)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(NumberType.half((short) 0x7e00)).isNaN();
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
    "conv_dw_1/depthwise_kernel:0, DEPTHWISE_KERNEL",
    "block2_sepconv1/pointwise_kernel:0, KERNEL",
    "normalization/mean:0, MOVING_MEAN",
    "normalization/variance:0, MOVING_VARIANCE",
    "normalization/count:0, COUNT",
  })
  void should_know_what_keras_calls_tensors(String name, ParameterRole role) {
    assertThat(KerasNames.role(name)).isEqualTo(role);
  }

  @Test
  void should_not_guess_unknown_names() {
    assertThat(KerasNames.role("scale/Variable:0")).isNull();
  }

  private Path safetensors(String header, int bytes) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + text.length + bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(text.length).put(text);
    return Files.write(Files.createTempFile(folder, "made", ".safetensors"), file.array());
  }

  /** An interrupt closes the file while it is read; the file is not reported as damaged. */
  @ParameterizedTest
  @ValueSource(strings = {"keras2.h5", "keras3.weights.h5"})
  void should_say_that_reading_was_interrupted(String name) throws Exception {
    Path file = fixture(name);
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> KerasFile.openH5(file))
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll(name, "interrupted")
          .hasRootCauseInstanceOf(ClosedByInterruptException.class);
    } finally {
      Thread.interrupted();
    }
    try (KerasFile content = KerasFile.openH5(file)) {
      assertThat(content.models()).isNotEmpty();
    }
  }
}
