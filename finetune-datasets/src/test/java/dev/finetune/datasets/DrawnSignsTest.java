package dev.finetune.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.datasets.DrawnSigns.Task;
import org.junit.jupiter.api.Test;

class DrawnSignsTest {

  @Test
  void should_draw_the_same_image_for_the_same_seed_and_others_for_others() {
    DrawnSigns signs = DrawnSigns.of(Task.SIGNS, 3, 32, 5);

    assertThat(signs.load(7).planes())
        .containsExactly(DrawnSigns.of(Task.SIGNS, 3, 32, 5).load(7).planes());
    assertThat(signs.load(7).planes())
        .isNotEqualTo(DrawnSigns.of(Task.SIGNS, 3, 32, 6).load(7).planes());
    assertThat(signs.load(7).planes()).isNotEqualTo(signs.load(7 + 12).planes());
  }

  @Test
  void should_have_tasks_that_share_no_class() {
    DrawnSigns signs = DrawnSigns.of(Task.SIGNS, 4, 32, 1);
    DrawnSigns symbols = DrawnSigns.of(Task.SYMBOLS, 2, 32, 1);

    assertThat(signs.classNames()).hasSize(12).doesNotHaveDuplicates();
    assertThat(symbols.classNames()).hasSize(24).doesNotContainAnyElementsOf(signs.classNames());
    assertThat(signs.size()).isEqualTo(48);
    assertThat(signs.labels()).containsOnly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    assertThatThrownBy(() -> DrawnSigns.of(Task.SIGNS, 0, 32, 1)).hasMessageContaining("perClass");
  }
}
