package dev.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassWeightsTest {

  private static final List<String> NAMES = List.of("cat", "dog", "owl");
  private static final int[] LABELS = {0, 0, 0, 1, 2, 2, 0};

  @Test
  void should_be_one_by_default() {
    assertThat(ClassWeights.none().weights(NAMES, LABELS)).containsExactly(1, 1, 1);
    assertThat(ClassWeights.none().settings()).isEmpty();
  }

  /** From {@code sklearn.utils.class_weight.compute_class_weight}, scikit-learn 1.9.1. */
  @Test
  void should_be_balanced_as_in_scikit_learn() {
    double[] weights = ClassWeights.balanced().weights(NAMES, LABELS);

    assertThat(weights)
        .containsExactly(
            new double[] {0.5833333333333334, 2.3333333333333335, 1.1666666666666667},
            Offset.offset(1e-15));
  }

  @Test
  void should_refuse_to_balance_classes_without_images() {
    assertThatThrownBy(() -> ClassWeights.balanced().weights(NAMES, new int[] {1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Balanced class weights need a training image of every class, got none of [cat, owl]");
  }

  @Test
  void should_take_weights_by_class_name() {
    ClassWeights weights = ClassWeights.of(Map.of("dog", 2.5));

    assertThat(weights.weights(NAMES, LABELS)).containsExactly(1, 2.5, 1);
    assertThat(weights.settings()).containsExactlyEntriesOf(Map.of("dog", 2.5));
  }

  @Test
  void should_list_unknown_class_names() {
    assertThatThrownBy(() -> ClassWeights.parse("dog=1,fox=2,elk=3").weights(NAMES, LABELS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Class weights must be for the classes [cat, dog, owl], got weights for [fox, elk]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "balanced", "cat=1.0,a=b=2.5"})
  void should_have_a_notation(String notation) {
    ClassWeights weights = ClassWeights.parse(notation);

    assertThat(ClassWeights.notation(weights)).isEqualTo(notation);
  }

  @Test
  void should_parse_a_notation() {
    assertThat(ClassWeights.parse("none")).isEqualTo(ClassWeights.none());
    assertThat(ClassWeights.parse("balanced")).isEqualTo(ClassWeights.balanced());
    assertThat(ClassWeights.parse("cat=1, a=b=2.5"))
        .isEqualTo(ClassWeights.of(Map.of("cat", 1.0, "a=b", 2.5)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cat=x | The weight of a class must be a number, got \"cat=x\"",
        "cat=-1 | The weight of a class must be >= 0 and finite, got -1.0 for \"cat\"",
        "cat=NaN | The weight of a class must be >= 0 and finite, got NaN for \"cat\"",
        "even | Class weights must be none, balanced or CLASS=WEIGHT,CLASS=WEIGHT,..., got \"even\"",
        "a=1,a=2 | Class weights must be none, balanced or CLASS=WEIGHT,CLASS=WEIGHT,...,"
            + " got \"a=1,a=2\""
      })
  void should_refuse_an_invalid_notation(String notation, String message) {
    assertThatThrownBy(() -> ClassWeights.parse(notation))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
