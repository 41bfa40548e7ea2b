package dev.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.dl4j.Dl4jBackbone;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Preprocessing;
import dev.finetune.testing.Fixtures;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Model files in format 1: a Deeplearning4j zip with an additional description. */
@Tag("numeric")
class FormatOneTest {

  private static final InputSpec INPUT = new InputSpec(8, 8, Preprocessing.TF);

  @TempDir Path folder;

  @Test
  void should_load_and_compute_the_same_logits() throws IOException {
    FineTunedModel model = FineTunedModel.load(Fixtures.copy("format1.zip", folder));

    Fixtures.requireLogits(model, "format1.json");
    assertThat(model.classNames()).containsExactly("class-0", "class-1", "class-2");
    assertThat(model.input()).isEqualTo(INPUT);
    assertThat(model.graph().stages()).containsExactly("act", "scale");
    assertThat(model.history().epochs()).hasSize(2);
    assertThat(model.provenanceJson()).contains("\"seed\":4");
    assertThat(model.backbone().graph().names()).endsWith("pool");
  }

  @Test
  void should_be_saved_in_the_current_format() throws IOException {
    Path today = folder.resolve("today.zip");
    FineTunedModel model = FineTunedModel.load(Fixtures.copy("format1.zip", folder));

    model.save(today);

    FineTunedModel again = FineTunedModel.load(today);
    assertThat(again.weights().tensors()).isEqualTo(model.weights().tensors());
    assertThat(again.logits(Fixtures.IMAGES.load(0)))
        .containsExactly(model.logits(Fixtures.IMAGES.load(0)));
  }

  /** Files of the first release have neither the Winograd setting nor stages. */
  @Test
  void should_open_a_file_of_the_first_release() throws IOException {
    Path old =
        described(
            json -> {
              assertThat(json.remove("winograd").asBoolean()).isTrue();
              assertThat(json.remove("stages")).isNotNull();
            });

    FineTunedModel model = FineTunedModel.load(old);

    Fixtures.requireLogits(model, "format1.json");
    assertThat(model.graph().stages()).isEmpty();
  }

  @Test
  void should_refuse_class_names_that_are_not_distinct() throws IOException {
    Path crafted = described(json -> json.putArray("classNames").add("a").add("b").add("a"));

    assertThatThrownBy(() -> FineTunedModel.load(crafted))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("format1.zip", "distinct", "a");
  }

  @Test
  void should_refuse_another_version() throws IOException {
    Path crafted = described(json -> json.put("format", 2));

    assertThatThrownBy(() -> FineTunedModel.load(crafted))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("format1.zip: finetune.json", "\"format\"", "1, got 2");
  }

  /** Every entry has a checksum, which Deeplearning4j does not verify. */
  @Test
  void should_refuse_damaged_values() throws IOException {
    Path file = Fixtures.copy("format1.zip", folder);
    byte[] whole = Files.readAllBytes(file);
    FineTunedModel right = FineTunedModel.load(file);
    int refused = 0;
    for (int at = 0; at < whole.length; at += 7) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) (1 << at % 8);
      Path one = Files.write(folder.resolve("damaged.zip"), damaged);
      try {
        assertThat(FineTunedModel.load(one).weights().tensors())
            .as("byte %s", at)
            .isEqualTo(right.weights().tensors());
      } catch (IOException e) {
        assertThat(e).as("byte %s", at).hasMessageContaining("damaged.zip");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(whole.length / 7 * 8 / 10);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, -1, Long.MAX_VALUE, Integer.MAX_VALUE})
  void should_refuse_another_length_in_the_header(long length) throws IOException {
    Path crafted = coefficients(bytes -> withLength(bytes, length));

    assertThatThrownBy(() -> FineTunedModel.load(crafted))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("format1.zip", "coefficients.bin", String.valueOf(length));
    assertThatThrownBy(() -> Dl4jBackbone.of("crafted", crafted, INPUT))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("format1.zip", "coefficients.bin");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 100_000})
  void should_refuse_another_number_of_values(int values) throws IOException {
    Path crafted = coefficients(bytes -> array(values));

    assertThatThrownBy(() -> FineTunedModel.load(crafted))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("format1.zip");
  }

  @Test
  void should_refuse_values_that_are_not_finite() throws IOException {
    Path crafted =
        coefficients(
            bytes -> {
              ByteBuffer.wrap(bytes).putFloat(bytes.length - 4, Float.NaN);
              return bytes;
            });

    assertThatThrownBy(() -> FineTunedModel.load(crafted))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("format1.zip", "finite", "logits/");
  }

  @Test
  void should_refuse_a_file_without_values() throws IOException {
    Path file = Fixtures.copy("format1.zip", folder);
    try (FileSystem zip = FileSystems.newFileSystem(file)) {
      Files.delete(zip.getPath("coefficients.bin"));
    }

    assertThatThrownBy(() -> FineTunedModel.load(file))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("format1.zip", "coefficients.bin");
  }

  @Test
  void should_refuse_a_cut_off_file() throws IOException {
    Path file = Fixtures.copy("format1.zip", folder);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));

    assertThatThrownBy(() -> FineTunedModel.load(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("format1.zip");
  }

  /** Returns the fixture with a changed description. */
  private Path described(Consumer<ObjectNode> change) throws IOException {
    Path file = Fixtures.copy("format1.zip", folder);
    try (FileSystem zip = FileSystems.newFileSystem(file)) {
      Path entry = zip.getPath("finetune.json");
      ObjectNode json = (ObjectNode) new ObjectMapper().readTree(Files.readString(entry));
      change.accept(json);
      Files.writeString(entry, json.toString());
    }
    return file;
  }

  /** Returns the fixture with changed coefficients. */
  private Path coefficients(UnaryOperator<byte[]> change) throws IOException {
    Path file = Fixtures.copy("format1.zip", folder);
    try (FileSystem zip = FileSystems.newFileSystem(file)) {
      Path entry = zip.getPath("coefficients.bin");
      Files.write(entry, change.apply(Files.readAllBytes(entry)));
    }
    return file;
  }

  /** Returns the offset of the second header, that of the values. */
  private static int valuesHeader(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    buffer.position(2 + buffer.getShort(0)); // the allocation mode
    long length = buffer.getLong();
    buffer.position(buffer.position() + 2 + buffer.getShort(buffer.position())); // type
    return (int) (buffer.position() + length * Long.BYTES);
  }

  private static byte[] withLength(byte[] bytes, long length) {
    int at = valuesHeader(bytes);
    ByteBuffer.wrap(bytes).putLong(at + 2 + ByteBuffer.wrap(bytes).getShort(at), length);
    return bytes;
  }

  /** Returns a valid array with another number of values than the network has. */
  private static byte[] array(int values) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      Nd4j.write(Nd4j.ones(DataType.FLOAT, 1, values), new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
