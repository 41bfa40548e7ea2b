package dev.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.train.EarlyStopping.Monitor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The notations of parameter groups and of early stopping. */
class NotationsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "same",
        "stages:0.5",
        "no-decay-for-biases-and-norms",
        "no-decay-for-biases-and-norms,stages:0.25,stages:0.5"
      })
  void should_read_and_write_parameter_groups(String notation) {
    ParameterGroups groups = ParameterGroups.parse(notation);

    assertThat(ParameterGroups.notation(groups)).isEqualTo(notation);
    assertThat(ParameterGroups.parse(ParameterGroups.notation(groups))).isEqualTo(groups);
  }

  @Test
  void should_read_each_part_of_parameter_groups() {
    assertThat(ParameterGroups.parse("stages:0.5").settings()).isEqualTo(Map.of("factor", 0.5));
    assertThat(ParameterGroups.parse("stages:0.5 , no-decay-for-biases-and-norms"))
        .isEqualTo(ParameterGroups.stages(0.5).and(ParameterGroups.noDecayForBiasesAndNorms()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "layers:0.5 | Parameter groups must be same, no-decay-for-biases-and-norms or"
            + " stages:FACTOR, or several of them with commas, got \"layers:0.5\"",
        "stages:half | The factor of stages must be a number, got \"half\"",
        "stages:0 | factor must be in (0, 1], got 0.0"
      })
  void should_refuse_other_parameter_groups(String notation, String message) {
    assertThatThrownBy(() -> ParameterGroups.parse(notation))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void should_read_and_write_early_stopping() {
    assertThat(EarlyStopping.parse("5")).isEqualTo(EarlyStopping.patience(5));
    assertThat(EarlyStopping.parse("7,loss"))
        .isEqualTo(EarlyStopping.patience(7).monitor(Monitor.LOSS));
    assertThat(EarlyStopping.parse("5").notation()).isEqualTo("5");
    assertThat(EarlyStopping.parse("7,loss").notation()).isEqualTo("7,loss");
    assertThatThrownBy(() -> EarlyStopping.patience(5).minDelta(0.1).notation())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("A rule with a notation must have minDelta 0, got 0.1");
  }
}
