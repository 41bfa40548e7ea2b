package dev.finetune.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineOptionsTest {

  @Test
  void should_change_only_the_given_setting() {
    EngineOptions defaults = EngineOptions.defaults();

    assertThat(defaults.threads(7).engine("dl4j").winograd(false))
        .isEqualTo(new EngineOptions(Optional.of("dl4j"), 7, false));
    assertThat(defaults.threads(7))
        .isEqualTo(new EngineOptions(Optional.empty(), 7, defaults.winograd()));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void should_refuse_fewer_than_one_thread(int threads) {
    assertThatThrownBy(() -> EngineOptions.defaults().threads(threads))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("threads must be >= 1, got " + threads);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"3|3", "' 12 , 4,2'|12", "00005|5"})
  void should_take_the_number_of_threads_from_the_environment(String said, int threads) {
    assertThat(EngineOptions.defaultThreads(said)).isEqualTo(threads);
  }

  /** Values that libgomp ignores too. */
  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-2", "many", "2x", "99999999999"})
  void should_otherwise_use_one_thread_per_processor(String said) {
    assertThat(EngineOptions.defaultThreads(said))
        .isEqualTo(EngineOptions.defaultThreads(null))
        .isEqualTo(Runtime.getRuntime().availableProcessors());
  }
}
