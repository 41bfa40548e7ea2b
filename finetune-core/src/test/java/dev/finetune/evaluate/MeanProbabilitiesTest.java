package dev.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class MeanProbabilitiesTest {

  private static final float[] FIRST = {1.5f, -2, 0.25f};
  private static final float[] SECOND = {-3, 0.5f, 4};

  private static double[] mean(float[]... outputs) {
    MeanProbabilities mean = new MeanProbabilities(3);
    for (float[] logits : outputs) {
      mean.add(logits);
    }
    return mean.result();
  }

  @Test
  void should_be_the_arithmetic_mean_of_softmax() {
    double[] first = Softmax.probabilities(FIRST);
    double[] second = Softmax.probabilities(SECOND);

    assertThat(mean(FIRST)).containsExactly(first);
    assertThat(mean(FIRST, SECOND))
        .containsExactly(
            IntStream.range(0, 3).mapToDouble(i -> (first[i] + second[i]) / 2).toArray(),
            Offset.offset(1e-16));
    assertThat(mean(FIRST, SECOND, SECOND))
        .containsExactly(mean(SECOND, FIRST, SECOND), Offset.offset(1e-15));
  }

  @Test
  void should_have_logits_with_the_same_softmax() {
    double[] mean = mean(FIRST, SECOND);

    assertThat(Softmax.probabilities(MeanProbabilities.logits(mean)))
        .containsExactly(mean, Offset.offset(1e-7));
  }

  /** The probabilities of the last two classes round to 0. */
  @Test
  void should_stay_finite_for_extreme_logits() {
    double[] mean = mean(new float[] {1e30f, -1e30f, 0}, new float[] {800, 0, -800});

    assertThat(mean).containsExactly(1, 0, 0);
    assertThat(MeanProbabilities.logits(mean)).containsExactly(0, -744.44006f, -744.44006f);
    Evaluation.Tally tally = Evaluation.tally(List.of("a", "b", "c"));
    tally.addProbabilities(mean, 2);
    assertThat(tally.result().loss()).isCloseTo(744.44, Offset.offset(0.01));
  }

  @Test
  void should_be_evaluated_as_logits_are() {
    List<String> names = IntStream.range(0, 7).mapToObj(i -> "class" + i).toList();
    Evaluation.Tally logits = Evaluation.tally(names);
    Evaluation.Tally probabilities = Evaluation.tally(names);
    float[] output = {3, -1, 4, 1, -5, 9, 2.5f};
    for (int label = 0; label < 7; label++) {
      logits.add(output, label);
      probabilities.addProbabilities(Softmax.probabilities(output), label);
    }

    Evaluation expected = logits.result();
    Evaluation evaluation = probabilities.result();

    assertThat(evaluation.top5()).isEqualTo(expected.top5()).isEqualTo(5.0 / 7);
    assertThat(evaluation.perClass()).isEqualTo(expected.perClass());
    assertThat(evaluation.loss()).isCloseTo(expected.loss(), Offset.offset(1e-12));
  }

  @Test
  void should_refuse_what_does_not_fit() {
    Evaluation.Tally tally = Evaluation.tally(List.of("a", "b"));

    assertThatThrownBy(() -> tally.addProbabilities(new double[3], 0))
        .hasMessage(
            "probabilities must have one value per class (2) and label must be from 0 to 1, got 3"
                + " probabilities and label 0");
    assertThatThrownBy(() -> tally.addProbabilities(new double[] {0.5, 1.5}, 0))
        .hasMessage("probabilities must be in [0, 1], got 1.5");
    assertThatThrownBy(() -> tally.addProbabilities(new double[] {Double.NaN, 0.5}, 0))
        .hasMessage("probabilities must be in [0, 1], got NaN");
    assertThatThrownBy(MeanProbabilitiesTest::mean)
        .hasMessage("A mean must have at least one output, got none");
    assertThatThrownBy(() -> mean(new float[2]))
        .hasMessage("logits must have one value per class (3), got 2");
    assertThatThrownBy(() -> mean(new float[] {0, Float.NaN, 0}))
        .hasMessageContaining("logits must be finite");
  }
}
