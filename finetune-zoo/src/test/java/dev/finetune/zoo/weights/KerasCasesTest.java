package dev.finetune.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.data.UnreadableFileException;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.weights.Weights;
import dev.finetune.weights.WeightsException;
import dev.finetune.zoo.architecture.CutArchitecture;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Top;
import dev.finetune.zoo.internal.keras.KerasFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests with the files of src/test/python/make_keras_cases.py. */
class KerasCasesTest {

  private static final TinyArchitecture TINY = new TinyArchitecture();
  private static final Form BACKBONE = Form.square(8, Dialect.KERAS, Top.NONE);

  private static Path fixture(String name) throws Exception {
    return Path.of(KerasCasesTest.class.getResource("/fixtures/" + name).toURI());
  }

  private static Path file(String name) throws Exception {
    return fixture("keras/" + name);
  }

  private static Weights read(Path file, String prefix) throws IOException {
    return WeightReader.read(file, TINY, BACKBONE, TensorChoice.of(Prefix.of(prefix)));
  }

  private static Weights right(String name) throws Exception {
    Path file = fixture(name);
    Form form = Form.square(8, WeightReader.dialect(file, TINY), Top.NONE);
    return WeightReader.read(file, TINY, form);
  }

  private static void refused(ThrowingCallable read, String place, String... reason) {
    assertThatThrownBy(read)
        .isInstanceOfSatisfying(
            UnreadableFileException.class,
            e -> {
              assertThat(e.place()).isEqualTo(place);
              assertThat(e.reason()).contains(reason);
              assertThat(String.valueOf(e.getMessage()).lines().count()).isLessThanOrEqualTo(10);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"two.h5", "two.weights.h5"})
  void should_ask_which_of_two_models_that_fit_is_wanted(String name) throws Exception {
    Path file = file(name);

    refused(
        () -> read(file, ""),
        "",
        "must have one model that fits tiny, got 2: first, second",
        "weights(path, Prefix.of(\"second/\"))");
  }

  @ParameterizedTest
  @CsvSource({
    "two.h5, first/, 1",
    "two.h5, second, 2",
    "two.weights.h5, first., 1",
    "two.weights.h5, second/, 2",
    "two.weights.h5, functional, 1",
    "two.weights.h5, functional_1/, 2"
  })
  void should_read_the_model_that_a_prefix_names(String name, String prefix, float scale)
      throws Exception {
    float[] kernel = right("keras2.h5").tensor("conv", ParameterRole.KERNEL).values().clone();
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] *= scale;
    }

    assertThat(read(file(name), prefix).tensor("conv", ParameterRole.KERNEL).values())
        .containsExactly(kernel);
  }

  @Test
  void should_list_the_models_if_the_prefix_names_none() throws Exception {
    Path file = file("two.weights.h5");

    refused(
        () -> read(file, "third/"),
        "",
        "must name a nested model of the file, one of [first, second], got \"third/\"");
  }

  /** The other format has the same values, rounded by torch. */
  @ParameterizedTest
  @CsvSource({
    "bfloat16.h5, bf16.safetensors",
    "bfloat16.weights.h5, bf16.safetensors",
    "half.h5, f16.safetensors",
    "gzip.h5, f32.safetensors",
    "gzip-checksum.h5, f32.safetensors",
    "lzf.h5, f32.safetensors",
    "lzf-shuffle.h5, f32.safetensors",
    "checksum.h5, f32.safetensors",
    "behind-block.h5, f32.safetensors",
    "behind-block-latest.h5, f32.safetensors",
    "pieces.weights.json, f32.safetensors"
  })
  void should_read_every_type_of_numbers_exactly(String name, String same) throws Exception {
    assertThat(read(file(name), "").tensors()).isEqualTo(right(same).tensors());
  }

  @Test
  void should_refuse_an_index_that_names_a_file_elsewhere(@TempDir Path folder) throws Exception {
    Path index =
        Files.writeString(
            folder.resolve("out.weights.json"),
            "{\"weight_map\":{\"/a\":\"a.weights.h5\",\"/b\":\"../b.weights.h5\"}}");
    Files.copy(file("two.weights.h5"), folder.resolve("a.weights.h5"));

    refused(
        () -> read(index, ""),
        "weight_map",
        "must be that of a file .weights.h5 in the same folder, got ../b.weights.h5");
  }

  /** The head has a NaN and int8. */
  @Test
  void should_not_read_layers_that_the_backbone_does_not_need() throws Exception {
    assertThat(read(file("own_head.h5"), "").tensors()).isEqualTo(right("keras2.h5").tensors());
  }

  @Test
  void should_name_a_quantised_tensor() throws Exception {
    Path file = file("int8.h5");

    refused(
        () -> read(file, ""),
        "/conv/conv/kernel:0",
        "must be float32, float64, float16, bfloat16, int32 or int64, got int8");
  }

  @Test
  void should_refuse_sizes_that_no_tensor_has() throws Exception {
    Path huge = file("huge.h5");
    Path large = file("large.h5");

    refused(
        () -> read(huge, ""),
        "/conv/conv/kernel:0",
        "must be from 0 to 2147483647, got [1099511627776]");
    // Ten gigabytes: nothing is read, because the shape does not fit.
    assertThatThrownBy(() -> read(large, ""))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("shape: conv/kernel expected [4, 3, 3, 3], got [50000, 50000, 1, 1]");
  }

  @Test
  void should_refuse_a_chunk_that_decompresses_to_more_than_its_size() throws Exception {
    Path file = file("bomb.h5");

    assertThatThrownBy(() -> read(file, ""))
        .isInstanceOf(UnreadableFileException.class)
        .hasMessageMatching("(?s).*a chunk must decompress to \\d+ bytes, got more at .*");
  }

  /** The HDF5 library verifies no checksums. */
  @Test
  void should_verify_the_checksum_of_a_chunk() throws Exception {
    Path file = file("other-checksum.h5");

    refused(
        () -> read(file, ""),
        "/conv/conv/kernel:0",
        "a chunk must have the values of its checksum, got others at [0, 0, 0, 0]");
  }

  /** The HDF5 library takes zeros for it, and Keras the fill value. */
  @Test
  void should_refuse_a_missing_chunk() throws Exception {
    Path file = file("without-chunk.h5");

    assertThatThrownBy(() -> read(file, ""))
        .isInstanceOf(UnreadableFileException.class)
        .hasMessageContaining("the file must have every chunk of a tensor, got none at [");
  }

  @ParameterizedTest
  @ValueSource(strings = {"keras2.h5", "keras3.weights.h5", "keras/behind-block-latest.h5"})
  void should_refuse_an_incomplete_file(String name, @TempDir Path folder) throws Exception {
    byte[] whole = Files.readAllBytes(fixture(name));
    for (int length : new int[] {whole.length - 1, whole.length / 2, 1000}) {
      Path file = Files.write(folder.resolve("part.h5"), Arrays.copyOf(whole, length));

      refused(
          () -> read(file, ""),
          "",
          "the HDF5 file must have " + whole.length + " bytes, got " + length);
    }
  }

  @Test
  void should_refuse_a_group_that_contains_itself() throws Exception {
    Path file = file("loop.weights.h5");

    assertThatThrownBy(() -> KerasFile.openH5(file))
        .isInstanceOf(UnreadableFileException.class)
        .hasMessageContaining("models must be nested at most 40 deep, got more");
  }

  /** A link could name any file of the computer. */
  @Test
  void should_not_follow_links() throws Exception {
    Path file = file("link.h5");

    refused(() -> read(file, ""), "/conv/", "must have every tensor that it lists, got a link");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cut.h5", "cut.weights.h5"})
  void should_say_where_a_cut_file_ends(String name) throws Exception {
    Path file = file(name);

    assertThatThrownBy(() -> read(file, ""))
        .isInstanceOf(WeightsException.class)
        .hasMessageContainingAll(
            "must have all layers of tiny, got those up to conv", "upTo(\"conv\")");
  }

  @ParameterizedTest
  @ValueSource(strings = {"keras/cut.h5", "keras/cut.weights.h5", "keras2.h5", "keras3.weights.h5"})
  void should_read_a_network_up_to_a_layer(String name) throws Exception {
    Weights weights = WeightReader.read(fixture(name), new CutArchitecture(TINY, "conv"), BACKBONE);

    assertThat(weights.tensors().rowKeySet()).containsExactly("conv");
    assertThat(weights.tensors().row("conv")).isEqualTo(right("keras2.h5").layer("conv"));
  }
}
