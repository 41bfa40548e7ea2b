package dev.finetune.zoo.internal.keras;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LzfTest {

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Literals; a reference that overlaps itself; one of more than 8 bytes; one far back. */
  @ParameterizedTest
  @CsvSource({
    "02616263, abc",
    "00616000, aaaaaa",
    "0061e00100, aaaaaaaaaaa",
    "0361626364a003, abcdabcdabc"
  })
  void should_decode_literals_and_references(String block, String text) {
    assertThat(Lzf.decoded(HexFormat.of().parseHex(block), text.length())).isEqualTo(ascii(text));
  }

  /** The encoder leaves bytes as they are that it cannot make shorter. */
  @Test
  void should_take_a_block_of_full_size_as_it_is() {
    assertThat(Lzf.decoded(ascii("abc"), 3)).isEqualTo(ascii("abc"));
  }

  /** More literals than there are; a reference before the start; a cut one; more than the size. */
  @ParameterizedTest
  @CsvSource({"056162, ''", "00612007, a", "006120, a", "0061e0ff00, a"})
  void should_stop_where_a_block_is_damaged(String block, String text) {
    assertThat(Lzf.decoded(HexFormat.of().parseHex(block), 9)).isEqualTo(ascii(text));
  }
}
