package dev.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finetune.loss.Targets;
import dev.finetune.testing.Goldens;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ValueEvaluationTest {

  private static final JsonNode GOLDEN = Goldens.read("metrics.json").get("values");

  private static final List<String> NAMES = List.of("age", "constant", "exact", "random");

  /** Both sides compute in float64. The largest difference is 2e-14, in a mean of 111.5. */
  private static final Offset<Double> CLOSE = Offset.offset(5e-14);

  @Test
  void should_equal_scikit_learn() {
    ValueEvaluation.Tally tally = ValueEvaluation.tally(NAMES);
    tally.add(
        Goldens.floatRows(GOLDEN.get("outputs")),
        Targets.values(Goldens.rows(GOLDEN.get("targets"))));

    ValueEvaluation evaluation = tally.result();

    assertThat(evaluation.count()).isEqualTo(25);
    assertThat(evaluation.valueNames()).isEqualTo(NAMES);
    for (int i = 0; i < NAMES.size(); i++) {
      ValueMetrics metrics = evaluation.perValue().get(i);
      assertThat(metrics.meanAbsoluteError()).isCloseTo(number("mae", i), CLOSE);
      assertThat(metrics.rootMeanSquaredError()).isCloseTo(number("rmse", i), CLOSE);
      assertThat(metrics.r2()).isCloseTo(number("r2", i), CLOSE);
    }
    assertThat(evaluation.meanAbsoluteError()).isCloseTo(GOLDEN.get("meanMae").asDouble(), CLOSE);
    assertThat(evaluation.rootMeanSquaredError())
        .isCloseTo(GOLDEN.get("meanRmse").asDouble(), CLOSE);
    assertThat(evaluation.r2()).isCloseTo(GOLDEN.get("meanR2").asDouble(), CLOSE);
    assertThat(evaluation.loss()).isCloseTo(GOLDEN.get("mse").asDouble(), CLOSE);
  }

  private static double number(String name, int index) {
    return GOLDEN.get(name).get(index).asDouble();
  }

  /** As in scikit-learn: 1 if every output is exact, otherwise 0. */
  @Test
  void should_have_no_nan_for_constant_targets() {
    ValueEvaluation.Tally tally = ValueEvaluation.tally(List.of("exact", "wrong"));
    tally.add(new float[][] {{0.5f, 1}}, Targets.values(new double[][] {{0.5, 0.3}}));
    tally.add(new float[][] {{0.5f, 0}}, Targets.values(new double[][] {{0.5, 0.3}}));
    tally.add(new float[][] {{0.5f, 0}}, Targets.values(new double[][] {{0.5, 0.3}}));

    assertThat(tally.result().perValue()).extracting(ValueMetrics::r2).containsExactly(1.0, 0.0);
  }

  @Test
  void should_refuse_what_does_not_fit() {
    ValueEvaluation.Tally tally = ValueEvaluation.tally(List.of("age", "size"));

    assertThatThrownBy(() -> tally.add(new float[1][3], Targets.values(new double[1][3])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("outputs must have one number per value (2), got 3");
    assertThatThrownBy(
            () -> tally.add(new float[][] {{1, Float.NaN}}, Targets.values(new double[1][2])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("outputs must be finite, got NaN for the value \"size\"");
    assertThatThrownBy(() -> tally.add(new float[1][2], Targets.classes(1)))
        .hasMessage("a value evaluation needs values as targets, got classes");
    assertThatThrownBy(tally::result)
        .hasMessage("An evaluation must have at least one image, got none");
    assertThatThrownBy(() -> ValueEvaluation.tally(List.of()))
        .hasMessage("A value evaluation must have at least one value, got none");
  }

  @Test
  void should_describe_itself() {
    ValueEvaluation.Tally tally = ValueEvaluation.tally(List.of("age"));
    tally.add(new float[][] {{1}, {3}}, Targets.values(new double[][] {{2}, {4}}));

    assertThat(tally.result())
        .hasToString(
            "mean absolute error 1.000, root mean squared error 1.000, R2 0.0000 on 2 images");
  }
}
