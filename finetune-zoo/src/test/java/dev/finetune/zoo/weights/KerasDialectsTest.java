package dev.finetune.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.weights.Tensor;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Top;
import dev.finetune.zoo.internal.keras.KerasFile;
import dev.finetune.zoo.internal.keras.StoredLayer;
import dev.finetune.zoo.internal.keras.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the detection of EfficientNet's definitions, and of ConvNeXt without its normalisation. */
class KerasDialectsTest {

  @TempDir Path folder;

  private Dialect of(Architecture architecture, KerasFile content) throws IOException {
    Path file = Files.writeString(folder.resolve("mine.h5"), "not a published one");
    List<Dialect> possible = architecture.dialects().stream().filter(Dialect::keras).toList();
    return new KerasDialects(file, architecture, possible).of(content);
  }

  private static Architecture efficientNet() {
    return Zoo.efficientNetB0Imagenet().architecture();
  }

  /** Returns the layers as Keras lists them, after two normalisations with names of Keras 3. */
  private static List<String> names(Architecture architecture, Dialect dialect) {
    List<String> names = new ArrayList<>();
    names.add("batch_normalization");
    names.add("layer_normalization_12");
    names.addAll(layers(architecture, dialect));
    return names;
  }

  private static List<String> layers(Architecture architecture, Dialect dialect) {
    return List.copyOf(architecture.define(Form.square(64, dialect, Top.NONE)).graph().names());
  }

  private static KerasFile file(List<String> listed, float... variance) {
    StoredLayer norm =
        StoredLayer.named(
            "normalization",
            List.of(stored("mean", 0, 0, 0), stored("variance", variance), stored("count", 0)));
    return KerasFile.of(List.of(StoredModel.whole(false, List.of(norm), listed)), "");
  }

  private static StoredLayer.Stored stored(String name, float... values) {
    return StoredLayer.Stored.of(name, Tensor.of(List.of(values.length), values));
  }

  @ParameterizedTest
  @EnumSource(names = {"KERAS", "KERAS_SCRATCH"})
  void should_detect_by_the_layers_that_a_file_lists(Dialect dialect) throws IOException {
    List<String> names = names(efficientNet(), dialect);
    // The names of a second model in a process: rescaling_2 and rescaling_3.
    List<String> second =
        names.stream()
            .map(name -> name.replace("rescaling_1", "rescaling_3"))
            .map(name -> name.equals("rescaling") ? "rescaling_2" : name)
            .toList();

    assertThat(of(efficientNet(), file(names, 0.229f, 0.224f, 0.225f))).isEqualTo(dialect);
    assertThat(of(efficientNet(), file(second, 1, 1, 1))).isEqualTo(dialect);
  }

  @ParameterizedTest
  @EnumSource(names = {"KERAS", "KERAS_SCRATCH"})
  void should_detect_by_the_configuration_of_a_nested_model(Dialect dialect) throws IOException {
    String layers =
        names(efficientNet(), dialect).stream()
            .map(
                name ->
                    String.format(
                        "{\"class_name\":\"%s\",\"config\":{\"name\":\"%s\"}}",
                        name.startsWith("rescaling")
                            ? "Rescaling"
                            : name.equals("normalization") ? "Normalization" : "Other",
                        name))
            .collect(Collectors.joining(","));
    String config =
        "{\"config\":{\"layers\":[{\"class_name\":\"Rescaling\",\"config\":{\"name\":\"mine\"}},"
            + "{\"class_name\":\"Functional\",\"config\":{\"layers\":["
            + layers
            + "]}}]}}";

    assertThat(of(efficientNet(), file(List.of(), 0, 0, 0).withConfig(config))).isEqualTo(dialect);
  }

  @Test
  void should_detect_by_the_values_if_no_layers_are_listed() throws IOException {
    assertThat(of(efficientNet(), file(List.of(), 0.229f, 0.224f, 0.225f)))
        .isEqualTo(Dialect.KERAS);
    assertThat(of(efficientNet(), file(List.of(), 1, 1, 1))).isEqualTo(Dialect.KERAS_SCRATCH);
    assertThatThrownBy(() -> of(efficientNet(), file(List.of(), 0.1f, 0.2f, 0.3f)))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("mine.h5", "does not show whether", "weights(path, dialect)");
  }

  @Test
  void should_refuse_a_file_of_another_definition() {
    List<String> three = new ArrayList<>(names(efficientNet(), Dialect.KERAS));
    three.add("rescaling_2");
    Architecture convNeXt = Zoo.convNeXtTinyImagenet().architecture();
    List<String> bare = new ArrayList<>(names(convNeXt, Dialect.KERAS));
    bare.remove("convnext_tiny_prestem_normalization");

    assertThatThrownBy(() -> of(efficientNet(), file(three, 1, 1, 1)))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("3 (KERAS), 2 (KERAS_SCRATCH)", "got 4");
    assertThatThrownBy(() -> of(convNeXt, file(bare, 1, 1, 1)))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("convnexttiny", "1 (KERAS)", "got 0");
  }
}
