package dev.finetune.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CrossEntropyTest {

  private static final Offset<Float> EXACT = Offset.offset(1e-7f);

  private static final Offset<Double> CLOSE = Offset.offset(1e-7);

  /** The logits are logarithms of the odds 1:2:1 and 1:1:4. */
  @Test
  void should_give_the_mean_loss_and_its_gradient() {
    float log2 = (float) Math.log(2);
    float[][] logits = {{0, log2, 0}, {1, 1, 1 + 2 * log2}};
    float[][] gradients = new float[2][3];

    double loss = CrossEntropy.crossEntropy().compute(logits, Targets.classes(1, 0), gradients);

    assertThat(loss).isCloseTo((Math.log(2) + Math.log(6)) / 2, CLOSE);
    float sixth = 1f / 6;
    assertThat(gradients[0]).containsExactly(new float[] {1f / 8, -1f / 4, 1f / 8}, EXACT);
    assertThat(gradients[1])
        .containsExactly(new float[] {(sixth - 1) / 2, sixth / 2, 2 * sixth}, EXACT);
  }

  @Test
  void should_not_overflow() {
    float[][] logits = {{3e38f, -3e38f, 0}};
    float[][] gradients = new float[1][3];

    assertThat(CrossEntropy.crossEntropy().compute(logits, Targets.classes(0), gradients)).isZero();
    assertThat(gradients[0]).containsExactly(0, 0, 0);
  }

  /** The odds are 1:3, equal to the shares 0.25 and 0.75, so the gradient is zero. */
  @Test
  void should_take_shares_of_classes() {
    float[][] logits = {{0, (float) Math.log(3)}};
    float[][] gradients = new float[1][2];

    double loss =
        CrossEntropy.crossEntropy()
            .compute(logits, Targets.distributions(new double[][] {{0.25, 0.75}}), gradients);

    assertThat(loss).isCloseTo(0.25 * Math.log(4) + 0.75 * Math.log(4.0 / 3), CLOSE);
    assertThat(gradients[0]).containsExactly(new float[] {0, 0}, EXACT);
  }

  /** Smoothing must equal the corresponding distribution. */
  @Property(seed = "42")
  void should_smooth_like_a_distribution(
      @ForAll @IntRange(max = 2) int label,
      @ForAll @DoubleRange(min = 0, max = 0.9) double smoothing) {
    double[] shares = {smoothing / 3, smoothing / 3, smoothing / 3};
    shares[label] += 1 - smoothing;
    float[][] logits = {{0.5f, -2, 1}};
    float[][] smoothed = new float[1][3];
    float[][] spread = new float[1][3];

    double loss =
        CrossEntropy.crossEntropy()
            .smoothing(smoothing)
            .compute(logits, Targets.classes(label), smoothed);

    assertThat(loss)
        .isCloseTo(
            CrossEntropy.crossEntropy()
                .compute(logits, Targets.distributions(new double[][] {shares}), spread),
            CLOSE);
    assertThat(smoothed[0]).containsExactly(spread[0], EXACT);
  }

  @Test
  void should_weight_examples() {
    float[][] logits = {{0.5f, -2, 1}, {0, 1, 2}};
    float[][] plain = new float[2][3];
    float[][] weighted = new float[2][3];
    CrossEntropy loss = CrossEntropy.crossEntropy().smoothing(0.1);

    double first = loss.compute(new float[][] {logits[0]}, Targets.classes(1), new float[1][3]);
    loss.compute(logits, Targets.classes(1, 2), plain);
    double mean =
        loss.compute(logits, Targets.classes(1, 2).weighted(new double[] {3, 0}), weighted);

    assertThat(mean).isCloseTo(3 * first / 2, CLOSE);
    for (int j = 0; j < 3; j++) {
      assertThat(weighted[0][j]).isCloseTo(3 * plain[0][j], EXACT);
      assertThat(weighted[1][j]).isZero();
    }
  }

  /** Compares the gradient with finite differences of the loss. */
  @Property(seed = "42")
  void should_give_the_derivative(
      @ForAll @IntRange(max = 3) int label, @ForAll @IntRange(max = 3) int moved) {
    CrossEntropy loss = CrossEntropy.crossEntropy().smoothing(0.1);
    float step = 1f / 256;
    float[][] unused = new float[1][4];
    float[] logits = {0.5f, -2, 1, 0.25f};
    float[] more = logits.clone();
    float[] less = logits.clone();
    more[moved] += step;
    less[moved] -= step;
    float[][] gradients = new float[1][4];

    loss.compute(new float[][] {logits}, Targets.classes(label), gradients);
    double difference =
        loss.compute(new float[][] {more}, Targets.classes(label), unused)
            - loss.compute(new float[][] {less}, Targets.classes(label), unused);

    // The third derivative of the loss is below 1, so the difference's error is below step^2 / 6.
    assertThat((double) gradients[0][moved])
        .isCloseTo(difference / (2 * step), Offset.offset((double) step * step / 6));
  }

  @ParameterizedTest
  @CsvSource({"3, 0", "-1, 0", "0, 3", "0, -1"})
  void should_refuse_a_label_without_a_class(int first, int second) {
    int wrong = first == 0 ? 1 : 0;
    assertThatThrownBy(
            () ->
                CrossEntropy.crossEntropy()
                    .compute(new float[2][3], Targets.classes(first, second), new float[2][3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "labels must be from 0 to 2, got %s for example %s",
            wrong == 0 ? first : second, wrong);
  }

  @Test
  void should_refuse_targets_of_another_batch() {
    assertThatThrownBy(
            () ->
                CrossEntropy.crossEntropy()
                    .compute(new float[2][3], Targets.classes(1), new float[2][3]))
        .hasMessage("targets must have one target per example (2), got 1");
    assertThatThrownBy(
            () ->
                CrossEntropy.crossEntropy()
                    .compute(
                        new float[1][3],
                        Targets.distributions(new double[][] {{0.5, 0.5}}),
                        new float[1][3]))
        .hasMessage("Example 0 must have one share per class (3), got 2");
  }

  @Test
  void should_refuse_targets_of_another_kind() {
    assertThatThrownBy(
            () ->
                CrossEntropy.crossEntropy()
                    .compute(new float[1][3], Targets.tags(new boolean[1][3]), new float[1][3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("crossentropy needs classes or distributions as targets, got tags");
  }

  @Test
  void should_refuse_shares_that_are_no_distribution() {
    assertThatThrownBy(() -> Targets.distributions(new double[][] {{0.5, 0.6}}))
        .hasMessage("The shares of example 0 must add up to 1, got 1.1");
    assertThatThrownBy(() -> Targets.distributions(new double[][] {{1.5, -0.5}}))
        .hasMessage("shares must be >= 0, got -0.5 for example 0");
    assertThatThrownBy(() -> Targets.distributions(new double[][] {{Double.NaN, 1}}))
        .hasMessage("shares must be >= 0, got NaN for example 0");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void should_refuse_smoothing_outside_its_range(double value) {
    assertThatThrownBy(() -> CrossEntropy.crossEntropy().smoothing(value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("labelSmoothing must be in [0, 1), got %s", value);
  }

  @Test
  void should_return_its_name_and_settings() {
    assertThat(CrossEntropy.crossEntropy().smoothing(0.1).settings())
        .containsExactlyEntriesOf(Map.of("labelSmoothing", 0.1));
    assertThat(CrossEntropy.crossEntropy().name()).isEqualTo("crossentropy");
  }

  @Test
  void should_name_the_class_of_a_target() {
    assertThat(Targets.distributions(new double[][] {{0, 1}}).label(0)).isOne();
    assertThat(Targets.classes(4, 2).label(1)).isEqualTo(2);
    assertThat(Targets.distributions(new double[][] {{0.2, 0.4, 0.4}}).label(0)).isEqualTo(1);
  }
}
