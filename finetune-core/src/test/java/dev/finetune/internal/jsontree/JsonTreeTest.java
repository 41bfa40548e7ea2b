package dev.finetune.internal.jsontree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.finetune.testing.Goldens;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The trees and the messages are those of an {@code ObjectMapper}. */
class JsonTreeTest {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final String SAVED = Goldens.read("layer_kinds.json").toString();

  /** Reads a tree, or returns the message of the error. */
  private interface Reader {
    JsonNode read(byte[] text) throws IOException;
  }

  private static Object outcome(Reader reader, byte[] text) throws IOException {
    try {
      return reader.read(text);
    } catch (JsonProcessingException e) {
      // The mapper also names its feature.
      return e.getOriginalMessage().replaceAll("(Trailing token .* found after value).*", "$1");
    }
  }

  private static void requireSame(byte[] text) throws IOException {
    assertThat(outcome(JsonTree::only, text)).isEqualTo(outcome(MAPPER::readTree, text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " \n",
        "null",
        "true",
        "false",
        "\"\"",
        "\"a\\u00e9\\n\u20ac\"",
        "0",
        "-0",
        "2147483647",
        "2147483648",
        "-2147483649",
        "9223372036854775808",
        "1.0",
        "-0.0",
        "1e999",
        "1E-5",
        "0.1234567890123456789012345",
        "[]",
        "{}",
        "[[], {}, [{\"a\": [1, 2.5, null, true, \"b\"]}]]",
        "{\"b\": {\"b\": 1, \"a\": 2}, \"a\": false, \"\": 3}",
        "{\"a\": 1, \"a\": 1}",
        "[{\"a\": {\"b\": 1, \"b\": 2}}]",
        "{} {}",
        "{} ]",
        "1 2",
        "[1,]",
        "[1",
        "{\"a\"",
        "{\"a\":",
        "{\"a\": 1,}",
        "{a: 1}",
        "NaN",
        "[Infinity]",
        "01",
        "+1",
        "'a'",
        "// comment",
        "nul",
        "\"a",
        "]"
      })
  void should_read_and_refuse_as_a_mapper_does(String text) throws IOException {
    requireSame(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE", "ISO-8859-1"})
  void should_find_the_encoding(String charset) throws IOException {
    requireSame("{\"name\": \"caf\u00e9\"}".getBytes(Charset.forName(charset)));
  }

  @ParameterizedTest
  @ValueSource(ints = {999, 1000, 1001, 100_000})
  void should_limit_the_nesting(int depth) throws IOException {
    requireSame(("[".repeat(depth) + "]".repeat(depth)).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void should_limit_the_length_of_a_number() throws IOException {
    requireSame("1".repeat(1001).getBytes(StandardCharsets.UTF_8));
    requireSame(("1." + "1".repeat(1001)).getBytes(StandardCharsets.UTF_8));
  }

  /** Replaces one byte: the outcome is the same tree or the same message. */
  @Property(tries = 2000, seed = "42")
  void should_read_damaged_text_as_a_mapper_does(
      @ForAll @IntRange(max = 100_000) int place, @ForAll byte value) throws IOException {
    byte[] text = SAVED.getBytes(StandardCharsets.UTF_8);
    text[place % text.length] = value;

    requireSame(text);
  }

  @Test
  void should_not_read_behind_the_first_value() throws IOException {
    assertThat(JsonTree.first("[1] x")).isEqualTo(MAPPER.readTree("[1]"));
    assertThat(JsonTree.first(" ").isMissingNode()).isTrue();
    assertThatThrownBy(() -> JsonTree.first("{\"a\": 1, \"a\": 2}"))
        .isInstanceOf(JsonProcessingException.class)
        .hasMessageContaining("Duplicate field 'a'");
  }
}
