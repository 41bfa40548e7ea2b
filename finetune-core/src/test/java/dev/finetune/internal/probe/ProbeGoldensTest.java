package dev.finetune.internal.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finetune.testing.Goldens;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Compares the probe with scikit-learn, from make_probe_goldens.py. */
class ProbeGoldensTest {

  private static final JsonNode GOLDENS = Goldens.read("probe.json");

  private static final double TOLERANCE = 1e-9;

  private static int[] ints(JsonNode array) {
    return Arrays.stream(Goldens.doubles(array)).mapToInt(v -> (int) v).toArray();
  }

  private static ProbeExamples examples(JsonNode golden) {
    int[] labels = ints(golden.get("labels"));
    return ProbeExamples.of(
        Goldens.floatRows(golden.get("features")),
        labels,
        Arrays.stream(labels).max().orElse(0) + 1);
  }

  @TestFactory
  Stream<DynamicTest> should_equal_scikit_learn() {
    return StreamSupport.stream(GOLDENS.get("cases").spliterator(), false)
        .flatMap(
            golden ->
                StreamSupport.stream(golden.get("fits").spliterator(), false)
                    .map(
                        fit ->
                            DynamicTest.dynamicTest(
                                golden.get("name").asText() + ", C = " + fit.get("strength"),
                                () -> compare(golden, fit))));
  }

  private static void compare(JsonNode golden, JsonNode expected) {
    double strength = expected.get("strength").asDouble();
    double[] weights = Goldens.doubles(golden.get("exampleWeights"));
    ProbeExamples examples = examples(golden).weighted(weights);

    SoftmaxRegression.Fit fit =
        SoftmaxRegression.of(strength).tolerance(TOLERANCE).fit(examples, 1);

    assertThat(fit.converged()).isTrue();
    double[] bias = fit.model().bias();
    double mean = Arrays.stream(bias).average().orElse(0);
    double[] centred = Arrays.stream(bias).map(b -> b - mean).toArray();
    Offset<Double> offset = Offset.offset(offset(examples, strength));
    double[][] expectedWeights = Goldens.rows(expected.get("weights"));
    for (int k = 0; k < centred.length; k++) {
      assertThat(fit.model().weights()[k]).containsExactly(expectedWeights[k], offset);
    }
    assertThat(centred)
        .containsExactly(Goldens.doubles(expected.get("bias")), Offset.offset(100 * offset.value));
  }

  /**
   * The penalty makes the objective strongly convex with the modulus 1 / (C sum of weights), which
   * bounds the distance to the solution by the norm of the gradient over it. All deviations of the
   * features are above 0.5. The biases are sums of weights times means.
   */
  private static double offset(ProbeExamples examples, double strength) {
    double gradient = TOLERANCE * Math.sqrt(examples.classes() * (examples.width() + 1.0));
    return Math.max(1e-9, 2 * gradient * strength * Arrays.stream(examples.weights()).sum());
  }

  @Test
  void should_cross_validate_like_scikit_learn() {
    JsonNode golden = GOLDENS.get("validation");
    List<Double> strengths =
        Arrays.stream(Goldens.doubles(golden.get("strengths"))).boxed().toList();

    StrengthSearch.Choice choice =
        new StrengthSearch(strengths, 1e-9).choose(examples(golden), ints(golden.get("folds")), 2);

    double[] losses = Goldens.doubles(golden.get("losses"));
    int best =
        IntStream.range(0, losses.length)
            .reduce((a, b) -> losses[b] < losses[a] ? b : a)
            .orElseThrow();
    assertThat(choice.strength()).isEqualTo(strengths.get(best));
    assertThat(choice.table().size()).isGreaterThan(best + 1);
    for (int i = 0; i < choice.table().size(); i++) {
      StrengthSearch.Row row = choice.table().get(i);
      // Log-probabilities are rounded to float32.
      assertThat(row.strength()).isEqualTo(strengths.get(i));
      assertThat(row.loss()).isCloseTo(losses[i], Offset.offset(1e-6));
      assertThat(row.lossDeviation())
          .isCloseTo(golden.get("deviations").get(i).asDouble(), Offset.offset(1e-6));
      assertThat(row.accuracy())
          .isCloseTo(golden.get("accuracies").get(i).asDouble(), Offset.offset(1e-12));
    }
  }
}
