package dev.finetune.weights.safetensors;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.testing.Goldens;
import dev.finetune.weights.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares with the reference reader, on the files of src/test/python/make_safetensors_cases.py.
 */
class ReferenceReaderTest {

  /**
   * What the reference reader accepts and the format does not: blanks in front of the header, a
   * name that occurs twice, a tensor that is no object; and a side that no array has.
   */
  private static final Set<String> STRICTER =
      Set.of(
          "a blank before the header",
          "a name twice",
          "a tensor as an array",
          "a dimension of zero and large ones");

  @TempDir Path folder;

  private static Stream<Named<JsonNode>> rows(String key, String name) {
    return StreamSupport.stream(Goldens.read("safetensors.json").get(key).spliterator(), false)
        .map(row -> Named.of(row.get(name).asText(), row));
  }

  static Stream<Named<JsonNode>> cases() {
    return rows("cases", "name");
  }

  static Stream<Named<JsonNode>> types() {
    return rows("types", "type");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void should_refuse_what_the_reference_reader_refuses(JsonNode row) throws IOException {
    byte[] bytes = Base64.getDecoder().decode(row.get("base64").asText());
    Path file = Files.write(folder.resolve("case.safetensors"), bytes);
    boolean accepted =
        row.get("accepted").asBoolean() && !STRICTER.contains(row.get("name").asText());

    Throwable fromFile = catchThrowable(() -> SafetensorsFile.open(file).read());
    Throwable fromStream =
        catchThrowable(
            () ->
                SafetensorsStream.open("made", new ByteArrayInputStream(bytes), bytes.length)
                    .read());

    if (accepted) {
      assertThat(fromFile).isNull();
      assertThat(fromStream).isNull();
    } else {
      assertThat(fromFile).isInstanceOf(UnreadableFileException.class);
      assertThat(fromFile).hasMessageStartingWith(file.toString());
      assertThat(fromStream).isInstanceOf(UnreadableFileException.class);
      assertThat(fromStream).hasMessageStartingWith("made: ");
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void should_read_the_values_that_torch_reads(JsonNode row) throws IOException {
    byte[] bytes = Base64.getDecoder().decode(row.get("base64").asText());
    Path file = Files.write(folder.resolve("type.safetensors"), bytes);

    Tensor read = requireNonNull(SafetensorsFile.open(file).read().get("a"));

    assertThat(read.values()).hasSize(row.get("bits").size());
    for (int i = 0; i < read.values().length; i++) {
      float expected = Float.intBitsToFloat(row.get("bits").get(i).intValue());
      assertThat(Float.floatToIntBits(read.values()[i])) // every NaN is the same
          .as("value %s", i)
          .isEqualTo(Float.floatToIntBits(expected));
    }
  }
}
