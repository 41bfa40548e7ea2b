package dev.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finetune.loss.Targets;
import dev.finetune.testing.Goldens;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TagEvaluationTest {

  private static final JsonNode GOLDEN = Goldens.read("metrics.json").get("tags");

  private static final List<String> NAMES = List.of("sky", "sea", "rare", "never", "always");

  /** Both sides compute in float64. */
  private static final Offset<Double> CLOSE = Offset.offset(5e-16);

  private static TagEvaluation golden() {
    TagEvaluation.Tally tally = TagEvaluation.tally(NAMES);
    float[][] logits = Goldens.floatRows(GOLDEN.get("logits"));
    Targets targets = Targets.tags(Goldens.booleanRows(GOLDEN.get("tags")));
    int[] first = {0, 1, 2, 3, 4, 5, 6};
    int[] others = new int[logits.length - first.length];
    Arrays.setAll(others, i -> i + first.length);
    tally.add(Arrays.copyOf(logits, first.length), targets.select(first));
    tally.add(new float[0][], targets.select());
    tally.add(Arrays.copyOfRange(logits, first.length, logits.length), targets.select(others));
    return tally.result();
  }

  private static TagEvaluation of(float[] logits, boolean... tags) {
    float[][] outputs = new float[logits.length][1];
    boolean[][] rows = new boolean[logits.length][1];
    for (int i = 0; i < logits.length; i++) {
      outputs[i][0] = logits[i];
      rows[i][0] = tags[i];
    }
    TagEvaluation.Tally tally = TagEvaluation.tally(List.of("sky"));
    tally.add(outputs, Targets.tags(rows));
    return tally.result();
  }

  private static double threshold(float[] logits, boolean... tags) {
    return Thresholds.fit(of(logits, tags)).probabilities().get(0);
  }

  @Test
  void should_equal_scikit_learn_without_thresholds() {
    TagEvaluation evaluation = golden();

    assertThat(evaluation.count()).isEqualTo(40);
    assertThat(evaluation.loss()).isCloseTo(GOLDEN.get("loss").asDouble(), CLOSE);
    assertThat(evaluation.meanAveragePrecision())
        .isCloseTo(GOLDEN.get("meanAveragePrecision").asDouble(), CLOSE);
    for (int tag = 0; tag < NAMES.size(); tag++) {
      JsonNode expected = GOLDEN.get("averagePrecision").get(tag);
      if (expected.isNull()) {
        assertThat(evaluation.averagePrecision(tag)).isEmpty();
      } else {
        assertThat(evaluation.averagePrecision(tag).orElseThrow())
            .isCloseTo(expected.asDouble(), CLOSE);
      }
    }
  }

  @Test
  void should_equal_scikit_learn_with_thresholds() {
    TagEvaluation evaluation = golden();
    Thresholds fitted = Thresholds.fit(evaluation);
    double[] thresholds = Goldens.doubles(GOLDEN.get("thresholds"));

    for (int tag = 0; tag < NAMES.size(); tag++) {
      assertThat(fitted.probabilities().get(tag)).isCloseTo(thresholds[tag], CLOSE);
    }
    compare(evaluation, fitted, GOLDEN.get("fitted"));
    compare(evaluation, Thresholds.half(NAMES), GOLDEN.get("half"));
    assertThat(evaluation.perTag()).isEqualTo(evaluation.perTag(Thresholds.half(NAMES)));
    assertThat(evaluation.macroF1()).isEqualTo(evaluation.macroF1(Thresholds.half(NAMES)));
    assertThat(evaluation.microF1()).isEqualTo(evaluation.microF1(Thresholds.half(NAMES)));
    assertThat(evaluation.accuracy()).isEqualTo(evaluation.accuracy(Thresholds.half(NAMES)));
  }

  private static void compare(TagEvaluation evaluation, Thresholds thresholds, JsonNode expected) {
    for (int tag = 0; tag < NAMES.size(); tag++) {
      TagMetrics metrics = evaluation.perTag(thresholds).get(tag);
      assertThat(metrics.tagName()).isEqualTo(NAMES.get(tag));
      assertThat(metrics.threshold()).isEqualTo(thresholds.probabilities().get(tag));
      assertThat(metrics.averagePrecision()).isEqualTo(evaluation.averagePrecision(tag));
      assertThat(metrics.precision())
          .isCloseTo(expected.get("precision").get(tag).asDouble(), CLOSE);
      assertThat(metrics.recall()).isCloseTo(expected.get("recall").get(tag).asDouble(), CLOSE);
      assertThat(metrics.f1()).isCloseTo(expected.get("f1").get(tag).asDouble(), CLOSE);
    }
    assertThat(evaluation.macroF1(thresholds)).isCloseTo(expected.get("macroF1").asDouble(), CLOSE);
    assertThat(evaluation.microF1(thresholds)).isCloseTo(expected.get("microF1").asDouble(), CLOSE);
    assertThat(evaluation.accuracy(thresholds))
        .isCloseTo(expected.get("accuracy").asDouble(), CLOSE);
  }

  @Test
  void should_report_tags_without_images() {
    TagEvaluation evaluation = of(new float[] {1, -1}, false, false);

    assertThat(golden().withoutImages()).containsExactly("never");
    assertThat(evaluation.withoutImages()).containsExactly("sky");
    assertThat(evaluation.averagePrecision(0)).isEmpty();
    assertThat(evaluation.meanAveragePrecision()).isZero();
    assertThat(evaluation.macroF1()).isZero();
    assertThat(evaluation.microF1()).isZero();
    assertThat(evaluation.accuracy()).isEqualTo(0.5);
    assertThat(evaluation.perTag().get(0))
        .isEqualTo(new TagMetrics("sky", 0, evaluation.averagePrecision(0), 0.5, 0, 0, 0));
    assertThat(Thresholds.fit(evaluation)).isEqualTo(Thresholds.half(List.of("sky")));
  }

  @Test
  void should_choose_thresholds_midway() {
    double one = TagEvaluation.probability(1);
    double two = TagEvaluation.probability(2);

    assertThat(threshold(new float[] {2, 1}, true, false)).isEqualTo((one + two) / 2);
    assertThat(threshold(new float[] {2, 1}, true, true)).isEqualTo(one / 2);
  }

  /** F1 is 2/3 with the first image alone and with all four. */
  @Test
  void should_choose_the_highest_of_equally_good_thresholds() {
    assertThat(threshold(new float[] {3, 2, 1, 0}, true, false, false, true))
        .isEqualTo((TagEvaluation.probability(3) + TagEvaluation.probability(2)) / 2);
  }

  /** The middle of 0.5 and the next number is rounded to 0.5. */
  @Test
  void should_separate_adjacent_probabilities() {
    float logit = 4e-16f;
    double high = TagEvaluation.probability(logit);
    assertThat(high).isEqualTo(Math.nextUp(0.5));

    Thresholds thresholds = Thresholds.fit(of(new float[] {logit, 0}, true, false));

    assertThat(thresholds.predicts(0, high)).isTrue();
    assertThat(thresholds.predicts(0, 0.5)).isFalse();
  }

  /** The probabilities of both logits are rounded to 1. */
  @Test
  void should_not_separate_equal_probabilities() {
    Thresholds thresholds = Thresholds.fit(of(new float[] {60, 50, 0}, true, false, false));

    assertThat(thresholds.probabilities()).containsExactly(0.75);
    assertThat(of(new float[] {60, 50, 0}, true, false, false).averagePrecision(0)).hasValue(1);
  }

  @Test
  void should_give_positive_and_negative_zero_the_same_rank() {
    assertThat(of(new float[] {0f, -0f}, false, true).averagePrecision(0)).hasValue(0.5);
    assertThat(of(new float[] {-0f, 0f}, false, true).averagePrecision(0)).hasValue(0.5);
  }

  /** No other threshold may have a higher F1, and the order of the images must not matter. */
  @Property(seed = "42", tries = 200)
  void should_choose_the_best_threshold(
      @ForAll @IntRange(min = 1, max = 30) int images, @ForAll @IntRange(max = 999_999) int seed) {
    Random random = new Random(seed);
    float[] logits = new float[images];
    boolean[] tags = new boolean[images];
    float[] reversed = new float[images];
    boolean[] reversedTags = new boolean[images];
    for (int i = 0; i < images; i++) {
      logits[i] = (random.nextInt(25) - 12) / 4f;
      tags[i] = random.nextInt(3) == 0;
      reversed[images - 1 - i] = logits[i];
      reversedTags[images - 1 - i] = tags[i];
    }
    TagEvaluation evaluation = of(logits, tags);

    Thresholds fitted = Thresholds.fit(evaluation);

    assertThat(Thresholds.fit(of(reversed, reversedTags))).isEqualTo(fitted);
    double best = evaluation.macroF1(fitted);
    for (float logit : logits) {
      Thresholds other = new Thresholds(List.of("sky"), List.of(TagEvaluation.probability(logit)));
      assertThat(evaluation.macroF1(other)).isLessThanOrEqualTo(best);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void should_refuse_logits_that_are_not_finite(float logit) {
    TagEvaluation.Tally tally = TagEvaluation.tally(List.of("sky", "sea"));
    assertThatThrownBy(() -> tally.add(new float[][] {{0, logit}}, Targets.tags(new boolean[1][2])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("logits must be finite, got %s for the tag \"sea\"", logit);
  }

  @Test
  void should_refuse_what_does_not_fit() {
    TagEvaluation.Tally tally = TagEvaluation.tally(List.of("sky", "sea"));

    assertThatThrownBy(() -> tally.add(new float[1][3], Targets.tags(new boolean[1][3])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("logits must have one value per tag (2), got 3");
    assertThatThrownBy(() -> tally.add(new float[1][2], Targets.classes(1)))
        .hasMessage("a tag evaluation needs tags as targets, got classes");
    assertThatThrownBy(tally::result)
        .hasMessage("An evaluation must have at least one image, got none");
    assertThatThrownBy(() -> TagEvaluation.tally(List.of()))
        .hasMessage("A tag evaluation must have at least one tag, got none");
    assertThatThrownBy(() -> golden().perTag(Thresholds.half(List.of("sky"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("thresholds must be for the tags [sky, sea, rare, never, always], got [sky]");
    assertThatThrownBy(() -> new Thresholds(List.of("sky"), List.of()))
        .hasMessage("thresholds must have one value per tag (1), got 0");
    assertThatThrownBy(() -> new Thresholds(List.of("sky"), List.of(1.5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("thresholds must be in [0, 1], got [1.5]");
  }

  @Test
  void should_describe_itself() {
    assertThat(golden())
        .hasToString(
            "mean average precision 0.7646, macro F1 0.6242, micro F1 0.5810, loss 0.7411 on 40"
                + " images");
  }
}
