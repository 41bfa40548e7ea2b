package dev.finetune.internal.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class StrengthSearchTest {

  private static final StrengthSearch SEARCH = StrengthSearch.defaults();

  private static int[] folds(int count, int k) {
    return IntStream.range(0, count).map(i -> i / 3 % k).toArray();
  }

  @Test
  void should_choose_the_lowest_loss_and_return_probabilities_of_every_example() {
    ProbeExamples examples = SoftmaxRegressionProperties.random(90, 8, 3, 1);

    StrengthSearch.Choice choice = SEARCH.choose(examples, folds(90, 5), 2);

    double least =
        choice.table().stream().mapToDouble(StrengthSearch.Row::loss).min().orElseThrow();
    double loss = 0;
    double correct = 0;
    double sum = 0;
    for (int i = 0; i < 90; i++) {
      float[] own = choice.logProbabilities()[i];
      double total = 0;
      boolean first = true;
      for (float v : own) {
        total += Math.exp(v);
        first &= v <= own[examples.labels()[i]];
      }
      assertThat(total).isCloseTo(1, Offset.offset(1e-6));
      loss -= examples.weights()[i] * own[examples.labels()[i]];
      correct += first ? examples.weights()[i] : 0;
      sum += examples.weights()[i];
    }
    StrengthSearch.Row chosen =
        choice.table().stream()
            .filter(row -> row.strength() == choice.strength())
            .findFirst()
            .orElseThrow();
    assertThat(chosen.loss()).isEqualTo(least);
    assertThat(loss / sum).isCloseTo(chosen.loss(), Offset.offset(1e-9));
    assertThat(correct / sum).isCloseTo(chosen.accuracy(), Offset.offset(1e-9));
  }

  @Test
  void should_have_the_same_bits_for_any_number_of_threads() {
    ProbeExamples examples = SoftmaxRegressionProperties.random(700, 30, 4, 2);
    int[] folds = folds(700, 4);

    StrengthSearch.Choice one = SEARCH.choose(examples, folds, 1);
    StrengthSearch.Choice three = SEARCH.choose(examples, folds, 3);

    assertThat(three.table()).isEqualTo(one.table());
    assertThat(three.logProbabilities()).isDeepEqualTo(one.logProbabilities());
  }

  @Test
  void should_count_a_class_that_a_fold_cannot_learn() {
    ProbeExamples random = SoftmaxRegressionProperties.random(60, 4, 2, 3);
    int[] labels = random.labels();
    int[] folds = folds(60, 3);
    IntStream.range(0, 3).forEach(i -> labels[i] = 2); // all in fold 0
    ProbeExamples examples = ProbeExamples.of(random.features(), labels, 3);

    StrengthSearch.Choice choice = SEARCH.choose(examples, folds, 1);

    for (int i = 0; i < 3; i++) {
      assertThat((double) choice.logProbabilities()[i][2])
          .isCloseTo(-Math.log(39 + 3), Offset.offset(1e-6));
    }
    assertThat(choice.logProbabilities()[3]).hasSize(3);
  }

  @Test
  void should_try_every_strength_while_the_mean_loss_falls() {
    ProbeExamples examples = SoftmaxRegressionProperties.random(90, 8, 3, 1);
    List<Double> weak = List.of(1e-6, 1e-5, 1e-4);

    StrengthSearch.Choice choice = new StrengthSearch(weak, 1e-6).choose(examples, folds(90, 5), 2);

    assertThat(choice.table()).extracting(StrengthSearch.Row::strength).isEqualTo(weak);
    assertThat(choice.strength()).isEqualTo(1e-4);
  }

  @Test
  void should_refuse_bad_strengths_and_folds() {
    ProbeExamples examples = SoftmaxRegressionProperties.random(6, 2, 2, 1);
    assertThat(SEARCH.strengths()).hasSize(10).startsWith(1e-4).endsWith(10.0);
    assertThatThrownBy(() -> new StrengthSearch(List.of(), 1))
        .hasMessage("strengths must have at least one value, got none");
    assertThatThrownBy(() -> new StrengthSearch(List.of(1.0, 1.0), 1))
        .hasMessage("strengths must be finite, > 0 and ascending, got [1.0, 1.0]");
    assertThatThrownBy(() -> SEARCH.choose(examples, new int[5], 1))
        .hasMessage("foldOf must have one value per example (6), got 5");
    assertThatThrownBy(() -> SEARCH.choose(examples, new int[6], 1))
        .hasMessage("foldOf must have at least 2 folds, got 1");
    assertThatThrownBy(() -> SEARCH.choose(examples, new int[] {0, 0, 0, 2, 2, 2}, 1))
        .hasMessage("Every fold must have an example of positive weight, got none for 1");
    assertThatThrownBy(() -> SEARCH.choose(examples, new int[] {0, 0, -1, 1, 1, 1}, 1))
        .hasMessage("example 2: the fold must be from 0 to 1, got -1");
  }
}
