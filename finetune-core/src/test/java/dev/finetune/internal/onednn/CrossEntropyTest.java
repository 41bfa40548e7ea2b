package dev.finetune.internal.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CrossEntropyTest {

  /** A label one too high would be the first class of the next row. */
  @ParameterizedTest
  @CsvSource({"3, 0", "-1, 0", "0, 3", "0, -1"})
  void should_not_reach_into_another_row(int first, int second) {
    float[] logits = {1, 2, 3, 4, 5, 6};

    assertThatThrownBy(() -> CrossEntropy.apply(logits, new int[] {first, second}))
        .isInstanceOf(IndexOutOfBoundsException.class);

    assertThat(logits).containsExactly(1, 2, 3, 4, 5, 6);
  }
}
