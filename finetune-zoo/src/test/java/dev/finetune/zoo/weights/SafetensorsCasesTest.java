package dev.finetune.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.Table;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import dev.finetune.weights.WeightsException;
import dev.finetune.weights.safetensors.SafetensorsFile;
import dev.finetune.weights.safetensors.SafetensorsWriter;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.Definition;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.MobileNetV2;
import dev.finetune.zoo.architecture.Top;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests safetensors files with other names and types, and in pieces, as Hugging Face writes. */
class SafetensorsCasesTest {

  private static final TinyArchitecture TINY = new TinyArchitecture();
  private static final Form FORM = Form.square(8, Dialect.TORCHVISION, Top.NONE);
  private static final String FIRST = "model-00001-of-00002.safetensors";
  private static final String SECOND = "model-00002-of-00002.safetensors";

  @TempDir Path folder;
  private final Map<String, Tensor> tensors = new TreeMap<>();

  private static Path plain() throws URISyntaxException {
    return Path.of(SafetensorsCasesTest.class.getResource("/fixtures/f32.safetensors").toURI());
  }

  @BeforeEach
  void readPlainFile() throws Exception {
    tensors.putAll(SafetensorsFile.open(plain()).read());
  }

  private static Weights read(Path file) throws IOException {
    return WeightReader.read(file, TINY, FORM);
  }

  /** Returns the same tensors under their usual names, in float32 and in one file. */
  private static Table<String, ParameterRole, Tensor> right() throws Exception {
    return read(plain()).tensors();
  }

  private Path write(String name, Map<String, Tensor> content) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file)) {
      SafetensorsWriter.write(content, out);
    }
    return file;
  }

  /** Writes the tensors to two files in turn, and returns the index. */
  private Path inPieces(String second) throws IOException {
    Map<String, Map<String, Tensor>> parts = new LinkedHashMap<>();
    Map<String, String> map = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          String part = map.size() % 2 == 0 ? FIRST : SECOND;
          parts.computeIfAbsent(part, p -> new LinkedHashMap<>()).put(name, tensor);
          map.put(name, part.equals(FIRST) ? FIRST : second);
        });
    for (Map.Entry<String, Map<String, Tensor>> part : parts.entrySet()) {
      write(part.getKey(), part.getValue());
    }
    return Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        new ObjectMapper()
            .writeValueAsString(Map.of("metadata", Map.of("total_size", 1000), "weight_map", map)));
  }

  @Test
  void should_read_a_network_in_two_pieces() throws Exception {
    Path index = inPieces(SECOND);

    assertThat(read(index).tensors()).isEqualTo(right());
    assertThat(WeightReader.dialect(index, TINY)).isEqualTo(Dialect.TORCHVISION);
    assertThat(WeightReader.files(index))
        .containsExactly(folder.resolve(FIRST), folder.resolve(SECOND));
  }

  @Test
  void should_name_the_piece_that_is_not_there() throws Exception {
    Path index = inPieces(SECOND);
    Files.delete(folder.resolve(SECOND));

    assertThatThrownBy(() -> read(index))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContainingAll(SECOND, "the index lists this file, which must lie beside it");
  }

  @Test
  void should_name_the_tensor_that_is_not_in_its_piece() throws Exception {
    Path index = inPieces(FIRST);

    assertThatThrownBy(() -> read(index))
        .isInstanceOf(UnreadableFileException.class)
        .hasMessageContainingAll("index.json: weight_map", "got " + FIRST + " without ");
  }

  /** An index must not make the library read other files of the computer. */
  @ParameterizedTest
  @ValueSource(strings = {"../other.safetensors", "/other.safetensors", ".hidden", "c:other"})
  void should_refuse_an_index_that_names_a_file_elsewhere(String name) throws Exception {
    Path index = inPieces(name);

    assertThatThrownBy(() -> read(index))
        .isInstanceOf(UnreadableFileException.class)
        .hasMessageContainingAll("must map to names of files beside the index", name);
  }

  @Test
  void should_ask_for_the_index_if_a_piece_is_read_alone() throws Exception {
    inPieces(SECOND);

    assertThatThrownBy(() -> read(folder.resolve(FIRST)))
        .isInstanceOf(WeightsException.class)
        .hasMessageContainingAll(
            FIRST, "the file is one part of several; pass the .index.json that lists them");
  }

  @ParameterizedTest
  @ValueSource(strings = {"module.", "model.", "backbone.", "_orig_mod.", "module._orig_mod."})
  void should_read_names_with_a_prefix(String prefix) throws Exception {
    Map<String, Tensor> renamed = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> renamed.put(prefix + name, tensor));

    Path file = write("prefixed.safetensors", renamed);

    assertThat(read(file).tensors()).isEqualTo(right());
  }

  /** Each float32 value is a float64 value too, so nothing is rounded. */
  @Test
  void should_read_float64_exactly() throws Exception {
    Map<String, Object> header = new LinkedHashMap<>();
    int end = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      int begin = end;
      end += Double.BYTES * entry.getValue().values().length;
      header.put(
          entry.getKey(),
          Map.of(
              "dtype",
              "F64",
              "shape",
              entry.getValue().shape(),
              "data_offsets",
              new int[] {begin, end}));
    }
    byte[] text = new ObjectMapper().writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES + text.length + end).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(text.length).put(text);
    for (Tensor tensor : tensors.values()) {
      for (float value : tensor.values()) {
        bytes.putDouble(value);
      }
    }
    Path file = Files.write(folder.resolve("double.safetensors"), bytes.array());

    assertThat(read(file).tensors()).isEqualTo(right());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.35, 1, 1.4})
  void should_tell_the_width_of_the_network(double width) throws Exception {
    Architecture usual = new MobileNetV2();
    Form form = Form.square(96, Dialect.TORCHVISION, Top.LOGITS);
    Definition network = usual.withWidth(width).define(form);
    Path file = write("wide.safetensors", MadeWeights.torch(network));

    Architecture sized = WeightReader.sized(file, usual, Dialect.TORCHVISION, TensorChoice.found());

    assertThat(sized.width()).isEqualTo(width);
    assertThat(WeightReader.read(file, sized, form).tensors())
        .isEqualTo(MadeWeights.of(network, Dialect.TORCHVISION).tensors());
  }
}
