package dev.finetune.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CsvTest {

  @Test
  void quotesAsRfc4180() {
    assertThat(Csv.line(List.of("plain", "", "a,b", "say \"x\"", "two\nlines", " space")))
        .isEqualTo("plain,,\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\" space\"\r\n");
  }
}
