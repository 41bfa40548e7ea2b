package dev.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class EvaluationTest {

  private static final List<String> NAMES = List.of("cat", "dog", "owl");

  /** Computed by hand for the classes cat, cat, dog, owl predicted as cat, dog, dog, dog. */
  @Test
  void should_count_precision_recall_and_f1() {
    Evaluation.Tally tally = Evaluation.tally(NAMES);
    tally.add(new float[] {2, 0, 0}, 0);
    tally.add(new float[] {0, 2, 0}, 0);
    tally.add(new float[] {0, 2, 0}, 1);
    tally.add(new float[] {0, 2, 0}, 2);

    Evaluation evaluation = tally.result();

    assertThat(evaluation.accuracy()).isEqualTo(0.5);
    assertThat(evaluation.count()).isEqualTo(4);
    assertThat(evaluation.confusion(0, 1)).isEqualTo(1);
    assertThat(evaluation.confusion(2, 1)).isEqualTo(1);
    assertThat(evaluation.perClass())
        .containsExactly(
            new ClassMetrics("cat", 2, 1.0, 0.5, 2.0 / 3),
            new ClassMetrics("dog", 1, 1.0 / 3, 1.0, 0.5),
            new ClassMetrics("owl", 1, 0, 0, 0));
    // Two are correct: ln(e^2 + 2) - 2 = 0.2395. Two are wrong: ln(e^2 + 2) = 2.2395.
    assertThat(evaluation.loss()).isCloseTo(1.23954, Offset.offset(1e-5));
  }

  @Test
  void should_count_the_label_among_the_five_best() {
    Evaluation.Tally tally =
        Evaluation.tally(IntStream.range(0, 7).mapToObj(i -> "c" + i).toList());
    float[] logits = {7, 6, 5, 4, 3, 2, 1};
    for (int label = 0; label < 7; label++) {
      tally.add(logits, label);
    }

    assertThat(tally.result().top5()).isEqualTo(5.0 / 7);
  }

  @Test
  void should_unite_evaluations() {
    float[][] logits = {{2, 0, 1}, {0, 2, 1}, {1, 2, 0}, {0, 1, 3}, {1, 0, 0}};
    Evaluation.Tally all = Evaluation.tally(NAMES);
    Evaluation.Tally first = Evaluation.tally(NAMES);
    Evaluation.Tally second = Evaluation.tally(NAMES);
    for (int i = 0; i < logits.length; i++) {
      all.add(logits[i], i % 3);
      (i < 2 ? first : second).add(logits[i], i % 3);
    }

    Evaluation united = Evaluation.union(List.of(first.result(), second.result()));

    assertThat(united.toString()).isEqualTo(all.result().toString());
    assertThat(united.losses()).isEqualTo(all.result().losses());
    assertThat(united.losses().length()).isEqualTo(5);
    assertThat(united.perClass()).isEqualTo(all.result().perClass());
    assertThat(united.right()).isEqualTo(2);
    assertThat(new CrossValidation(List.of(first.result(), second.result())).meanAccuracy())
        .isCloseTo(0.5, Offset.offset(1e-15));
    assertThat(new CrossValidation(List.of(first.result(), second.result())).accuracyDeviation())
        .isCloseTo(Math.sqrt(0.5), Offset.offset(1e-15));
  }

  @Test
  void should_refuse_to_unite_different_classes() {
    Evaluation.Tally one = Evaluation.tally(NAMES);
    Evaluation.Tally other = Evaluation.tally(List.of("cat", "dog"));
    one.add(new float[3], 0);
    other.add(new float[2], 0);

    assertThatThrownBy(() -> Evaluation.union(List.of(one.result(), other.result())))
        .hasMessage(
            "The evaluations must have the same classes, got [cat, dog, owl] and [cat, dog]");
    assertThatThrownBy(() -> Evaluation.union(List.of()))
        .hasMessage("There must be at least one evaluation, got none");
    assertThatThrownBy(() -> new CrossValidation(List.of(one.result())))
        .hasMessage("folds must be >= 2, got 1");
  }

  @Test
  void should_refuse_an_evaluation_without_images() {
    assertThatThrownBy(() -> Evaluation.tally(NAMES).result())
        .hasMessageContaining("at least one image");
  }

  @Property(seed = "42")
  void should_give_probabilities_that_sum_to_one_and_do_not_overflow(
      @ForAll @Size(min = 1, max = 20) List<@FloatRange(min = -1e4f, max = 1e4f) Float> logits,
      @ForAll @IntRange(max = 19) int any) {
    float[] array = new float[logits.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = logits.get(i);
    }
    int label = any % array.length;

    double[] p = Softmax.probabilities(array);

    assertThat(IntStream.range(0, p.length).mapToDouble(i -> p[i]).sum())
        .isCloseTo(1, Offset.offset(1e-9));
    assertThat(Softmax.crossEntropy(array, label)).isGreaterThanOrEqualTo(-1e-9).isFinite();
    if (p[label] > 1e-300) {
      assertThat(Softmax.crossEntropy(array, label))
          .isCloseTo(-Math.log(p[label]), Offset.offset(1e-6));
    }
  }

  @Test
  void should_rank_classes() {
    Prediction prediction = Prediction.ofLogits(NAMES, new float[] {1, 3, 2});

    assertThat(prediction.best().className()).isEqualTo("dog");
    assertThat(prediction.top(2)).extracting(Prediction.Score::index).containsExactly(1, 2);
    assertThat(prediction.top(9)).hasSize(3);
  }
}
