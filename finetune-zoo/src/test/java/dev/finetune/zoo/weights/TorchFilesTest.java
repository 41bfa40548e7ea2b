package dev.finetune.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableMap;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import dev.finetune.weights.WeightsException;
import dev.finetune.zoo.architecture.Definition;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Top;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests with the files of src/test/python/make_torch_files.py, which PyTorch itself wrote. */
class TorchFilesTest {

  private static final TinyArchitecture TINY = new TinyArchitecture();
  private static final Form FORM = Form.square(8, Dialect.TORCHVISION, Top.NONE);
  private static final int MOST_LINES = 10;

  /** The tensors of the network by layer and role. */
  private static final Map<String, ParameterRole> ROLES =
      ImmutableMap.of(
          "features.0.weight", ParameterRole.KERNEL,
          "features.0.bias", ParameterRole.BIAS,
          "features.1.weight", ParameterRole.GAMMA,
          "features.1.bias", ParameterRole.BETA,
          "features.1.running_mean", ParameterRole.MOVING_MEAN,
          "features.1.running_var", ParameterRole.MOVING_VARIANCE);

  private static Path file(String name) throws URISyntaxException {
    return Path.of(TorchFilesTest.class.getResource("/torch/" + name).toURI());
  }

  private static JsonNode cases() throws IOException, URISyntaxException {
    return new ObjectMapper().readTree(file("torch.json").toFile());
  }

  static List<String> good() throws IOException, URISyntaxException {
    return names("tensors");
  }

  static List<String> refused() throws IOException, URISyntaxException {
    return names("refused");
  }

  private static List<String> names(String key) throws IOException, URISyntaxException {
    return cases().properties().stream()
        .filter(entry -> entry.getValue().has(key))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static Stream<String> words(String name, String key)
      throws IOException, URISyntaxException {
    return StreamSupport.stream(cases().get(name).path(key).spliterator(), false)
        .map(JsonNode::asText);
  }

  private static Weights read(String name) throws IOException, URISyntaxException {
    JsonNode prefix = cases().get(name).path("prefix");
    return prefix.isMissingNode()
        ? WeightReader.read(file(name), TINY, FORM)
        : WeightReader.read(file(name), TINY, FORM, TensorChoice.of(Prefix.of(prefix.asText())));
  }

  /**
   * The sums of the values weighted by their positions are those of PyTorch. All values are read
   * exactly, so only the order of at most 108 additions of doubles differs.
   */
  @ParameterizedTest
  @MethodSource("good")
  void should_read_the_network_exactly(String name) throws Exception {
    Weights weights = read(name);
    JsonNode sums = cases().get(name).get("tensors");

    assertThat(weights.tensors().rowKeySet()).containsExactlyInAnyOrder("conv", "norm");
    assertThat(sums.properties()).hasSameSizeAs(ROLES.entrySet());
    ROLES.forEach(
        (tensor, role) -> {
          Tensor read = weights.tensor(tensor.startsWith("features.0") ? "conv" : "norm", role);
          double sum = 0;
          for (int i = 0; i < read.values().length; i++) {
            sum += (double) read.values()[i] * (i + 1);
          }
          assertThat(sum).as(tensor).isCloseTo(sums.get(tensor).asDouble(), Offset.offset(1e-9));
        });
  }

  @ParameterizedTest
  @MethodSource("good")
  void should_say_in_one_line_what_is_left_out(String name) throws Exception {
    JsonNode prefix = cases().get(name).path("prefix");
    Definition network = TINY.define(FORM);
    TorchMatch match =
        TorchMatch.of(
            TorchWeights.source(file(name), WeightFormat.of(file(name))),
            TorchNames.of(network),
            TorchNames.of(TINY.define(FORM.with(Top.LOGITS))),
            prefix.isMissingNode() ? null : Prefix.of(prefix.asText()));

    assertThat(match.leftOut()).doesNotContain("\n").hasSizeLessThan(300);
    assertThat(words(name, "left").toList())
        .allSatisfy(w -> assertThat(match.leftOut()).contains(w));
    if (cases().get(name).get("tensors") != null && name.equals("head-of-43.pth")) {
      assertThat(match.leftOut()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("refused")
  void should_refuse_in_a_few_lines(String name) throws Exception {
    assertThatThrownBy(() -> read(name))
        .isInstanceOfAny(UnreadableFileException.class, WeightsException.class)
        .satisfies(
            e -> {
              assertThat(String.valueOf(e.getMessage()).lines().count())
                  .isLessThanOrEqualTo(MOST_LINES);
              assertThat(e).hasMessageContaining(name);
              assertThat(words(name, "refused").toList())
                  .allSatisfy(w -> assertThat(e).hasMessageContaining(w));
            });
  }

  /** What PyTorch's own safe reader reads is refused only for what it means, not for its form. */
  @Test
  void should_open_what_pytorchs_safe_reader_opens() throws Exception {
    List<String> unopened = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : cases().properties()) {
      if (entry.getValue().get("safe").asBoolean() && !entry.getKey().equals("no-tensor.pth")) {
        Path file = file(entry.getKey());
        if (TorchWeights.source(file, WeightFormat.of(file)).tensors().isEmpty()) {
          unopened.add(entry.getKey());
        }
      }
    }

    assertThat(unopened).isEmpty();
  }
}
