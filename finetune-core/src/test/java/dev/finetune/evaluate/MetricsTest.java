package dev.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finetune.loss.Targets;
import dev.finetune.loss.Targets.Kind;
import dev.finetune.testing.Goldens;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsTest {

  private static final JsonNode GOLDEN = Goldens.read("metrics.json").get("classes");

  private static final Offset<Double> CLOSE = Offset.offset(5e-16);

  private static double golden(Metric metric) {
    float[][] logits = Goldens.floatRows(GOLDEN.get("logits"));
    int[] labels =
        Arrays.stream(Goldens.doubles(GOLDEN.get("labels"))).mapToInt(v -> (int) v).toArray();
    Metric.Tally tally = metric.tally();
    for (int from = 0; from < labels.length; from += 8) {
      int to = Math.min(from + 8, labels.length);
      tally.add(
          Arrays.copyOfRange(logits, from, to),
          Targets.classes(Arrays.copyOfRange(labels, from, to)));
    }
    return tally.result();
  }

  @Test
  void should_equal_scikit_learn() {
    assertThat(golden(Metrics.macroF1())).isCloseTo(GOLDEN.get("macroF1").asDouble(), CLOSE);
    assertThat(golden(Metrics.balancedAccuracy()))
        .isCloseTo(GOLDEN.get("balancedAccuracy").asDouble(), CLOSE);
    assertThat(golden(Metrics.topK(2))).isCloseTo(GOLDEN.get("top2").asDouble(), CLOSE);
  }

  @Test
  void should_rank_the_first_of_equal_classes_higher() {
    float[][] equal = {{1, 1, 1}};
    double[] shares =
        IntStream.rangeClosed(1, 3)
            .mapToDouble(
                k -> {
                  Metric.Tally tally = Metrics.topK(k).tally();
                  tally.add(equal, Targets.classes(1));
                  return tally.result();
                })
            .toArray();

    assertThat(shares).containsExactly(0, 1, 1);
  }

  @Test
  void should_take_the_largest_share_of_a_distribution_as_the_class() {
    Metric.Tally tally = Metrics.topK(1).tally();
    tally.add(new float[][] {{0, 1}}, Targets.distributions(new double[][] {{0.4, 0.6}}));

    assertThat(tally.result()).isEqualTo(1);
  }

  @Test
  void should_parse_names() {
    for (Metric metric : List.of(Metrics.topK(3), Metrics.macroF1(), Metrics.balancedAccuracy())) {
      assertThat(Metrics.parse(metric.name()).name()).isEqualTo(metric.name());
    }
    assertThat(Metrics.topK(12).name()).isEqualTo("top12");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "top", "top0", "top-1", "top9999999999", "f1"})
  void should_refuse_other_names(String name) {
    assertThatThrownBy(() -> Metrics.parse(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "A metric must be topK such as top3, macro_f1 or balanced_accuracy, got \"%s\"", name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"top3", "macro_f1", "balanced_accuracy"})
  void should_refuse_what_it_does_not_measure(String name) {
    Metric metric = Metrics.parse(name);

    assertThat(Arrays.stream(Kind.values()).filter(metric::supports))
        .containsExactly(Kind.CLASSES, Kind.DISTRIBUTIONS);
    assertThatThrownBy(() -> metric.tally().add(new float[1][2], Targets.tags(new boolean[1][2])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("%s needs classes or distributions as targets, got tags", name);
    assertThatThrownBy(() -> metric.tally().result())
        .hasMessage("A metric must have at least one image, got none");
  }

  @Test
  void should_refuse_a_k_below_1() {
    assertThatThrownBy(() -> Metrics.topK(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("k must be >= 1, got 0");
  }

  @Test
  void should_support_all_targets_by_default() {
    Metric own =
        new Metric() {
          @Override
          public String name() {
            return "own";
          }

          @Override
          public Tally tally() {
            return Metrics.topK(1).tally();
          }
        };

    assertThat(own.supports(Kind.VALUES)).isTrue();
  }
}
