package dev.finetune.internal.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.data.Shuffle;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;

/** Softmax regression on random examples, with fewer and with more examples than features. */
class SoftmaxRegressionProperties {

  private static final SoftmaxRegression EXACT = SoftmaxRegression.of(0.5).tolerance(1e-9);

  static ProbeExamples random(int count, int width, int classes, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] centres = new float[classes][width];
    for (float[] centre : centres) {
      for (int j = 0; j < width; j++) {
        centre[j] = (float) random.nextDouble(-2, 2);
      }
    }
    float[][] features = new float[count][width];
    int[] labels = new int[count];
    double[] weights = new double[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % classes;
      weights[i] = 0.5 + random.nextDouble();
      for (int j = 0; j < width; j++) {
        features[i][j] = centres[labels[i]][j] + (float) random.nextDouble(-3, 3) * (j + 1);
      }
    }
    return ProbeExamples.of(features, labels, classes).weighted(weights);
  }

  private static SoftmaxObjective objective(ProbeExamples examples, double strength) {
    int[] all = IntStream.range(0, examples.size()).toArray();
    double[][] rows =
        Arrays.stream(all)
            .mapToObj(
                i -> Standardisation.of(examples.features(), all).apply(examples.features()[i]))
            .toArray(double[][]::new);
    Matrix matrix = Matrix.full(rows);
    return new SoftmaxObjective(
        matrix.transposed(examples.width()),
        matrix,
        examples.labels(),
        examples.weights(),
        examples.classes(),
        strength);
  }

  /** Returns a model as a point of the objective over standardised features. */
  private static double[] point(ProbeExamples examples, SoftmaxModel model) {
    Standardisation scaling =
        Standardisation.of(examples.features(), IntStream.range(0, examples.size()).toArray());
    int stride = examples.width() + 1;
    double[] point = new double[examples.classes() * stride];
    for (int k = 0; k < examples.classes(); k++) {
      double bias = model.bias()[k];
      for (int j = 0; j < examples.width(); j++) {
        bias += model.weights()[k][j] * scaling.means()[j];
        point[k * stride + j] = model.weights()[k][j] / scaling.factors()[j];
      }
      point[k * stride + examples.width()] = bias;
    }
    return point;
  }

  private static double[][] logits(SoftmaxModel model, float[][] features) {
    double[][] logits = new double[features.length][];
    for (int i = 0; i < features.length; i++) {
      double[] own = model.logits(features[i]);
      double mean = Arrays.stream(own).average().orElse(0);
      logits[i] = Arrays.stream(own).map(v -> v - mean).toArray();
    }
    return logits;
  }

  private static void requireClose(double[][] actual, double[][] expected, double offset) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).containsExactly(expected[i], Offset.offset(offset));
    }
  }

  @Property(tries = 30, seed = "42")
  void should_have_the_gradient_of_finite_differences(
      @ForAll @IntRange(min = 3, max = 20) int count,
      @ForAll @IntRange(min = 1, max = 12) int width,
      @ForAll @IntRange(min = 1, max = 5) int classes,
      @ForAll long seed) {
    SoftmaxObjective objective = objective(random(count, width, classes, seed), 0.3);
    int size = classes * (width + 1);
    double[] point = new SplittableRandom(seed).doubles(size, -1, 1).toArray();
    double[] gradient = new double[point.length];
    double[] unused = new double[point.length];

    objective.evaluate(point, gradient);

    for (int i = 0; i < point.length; i++) {
      double[] moved = point.clone();
      moved[i] = point[i] + 1e-5;
      double above = objective.evaluate(moved, unused);
      moved[i] = point[i] - 1e-5;
      double below = objective.evaluate(moved, unused);
      // The error is that of rounding, 1e-15 / 1e-5, and of the third derivative, 1e-10.
      assertThat(gradient[i]).isCloseTo((above - below) / 2e-5, Offset.offset(2e-9));
    }
  }

  @Property(tries = 20, seed = "42")
  void should_have_no_better_point_nearby(
      @ForAll @IntRange(min = 6, max = 40) int count,
      @ForAll @IntRange(min = 1, max = 12) int width,
      @ForAll @IntRange(min = 2, max = 5) int classes,
      @ForAll long seed) {
    ProbeExamples examples = random(count, width, classes, seed);
    SoftmaxObjective objective = objective(examples, EXACT.strength());

    SoftmaxRegression.Fit fit = EXACT.fit(examples, 1);

    double[] point = point(examples, fit.model());
    double[] unused = new double[point.length];
    double value = objective.evaluate(point, unused);
    assertThat(fit.converged()).isTrue();
    assertThat(fit.objective()).isCloseTo(value, Offset.offset(1e-9));
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 50; i++) {
      double size = Math.pow(10, -random.nextDouble(4));
      double[] moved = Arrays.stream(point).map(v -> v + size * random.nextDouble(-1, 1)).toArray();
      assertThat(objective.evaluate(moved, unused)).isGreaterThanOrEqualTo(value - 1e-12);
    }
  }

  @Property(tries = 20, seed = "42")
  void should_not_depend_on_the_order_of_the_examples_or_the_scale_of_a_feature(
      @ForAll @IntRange(min = 6, max = 40) int count,
      @ForAll @IntRange(min = 1, max = 12) int width,
      @ForAll long seed) {
    ProbeExamples examples = random(count, width, 3, seed);
    double[][] expected = logits(EXACT.fit(examples, 1).model(), examples.features());

    int[] order = Shuffle.permutation(count, seed);
    ProbeExamples shuffled =
        ProbeExamples.of(
                Arrays.stream(order).mapToObj(i -> examples.features()[i]).toArray(float[][]::new),
                Arrays.stream(order).map(i -> examples.labels()[i]).toArray(),
                3)
            .weighted(Arrays.stream(order).mapToDouble(i -> examples.weights()[i]).toArray());
    float[][] scaled =
        Arrays.stream(examples.features()).map(float[]::clone).toArray(float[][]::new);
    for (float[] row : scaled) {
      row[0] *= 1024; // exact in float32
    }
    ProbeExamples other =
        ProbeExamples.of(scaled, examples.labels(), 3).weighted(examples.weights());

    requireClose(logits(EXACT.fit(shuffled, 1).model(), examples.features()), expected, 1e-5);
    requireClose(logits(EXACT.fit(other, 1).model(), scaled), expected, 1e-5);
  }

  @Property(tries = 10, seed = "42")
  void should_start_from_a_model(
      @ForAll @IntRange(min = 6, max = 40) int count,
      @ForAll @IntRange(min = 1, max = 12) int width,
      @ForAll long seed) {
    ProbeExamples examples = random(count, width, 3, seed);
    SoftmaxRegression.Fit fit = EXACT.fit(examples, 1);

    SoftmaxRegression.Fit again = EXACT.tolerance(1e-7).fit(examples, fit.model(), 1);

    assertThat(again.iterations()).isLessThanOrEqualTo(2);
    requireClose(
        logits(again.model(), examples.features()), logits(fit.model(), examples.features()), 1e-4);
  }

  /** Large enough for several tiles, with and without a choice of candidates. */
  @Example
  void should_have_the_same_bits_for_any_number_of_threads() {
    for (int width : new int[] {40, 700}) {
      ProbeExamples examples = random(1100, width, 3, 7);
      SoftmaxModel one = SoftmaxRegression.of(0.01).fit(examples, 1).model();
      for (int threads : new int[] {2, 5}) {
        SoftmaxModel several = SoftmaxRegression.of(0.01).fit(examples, threads).model();
        assertThat(several.bias()).isEqualTo(one.bias());
        assertThat(several.weights()).isDeepEqualTo(one.weights());
      }
    }
  }

  /** The examples chosen first do not span the space, so that the features are not rotated. */
  @Example
  void should_fit_examples_that_a_selection_does_not_span() {
    ProbeExamples examples = random(100, 3, 2, 7);
    float[][] features = new float[100][];
    for (int i = 0; i < 100; i++) {
      features[i] = Arrays.copyOf(examples.features()[i], 4);
    }
    features[31][3] = 5; // not one of the 8 at equal distances
    ProbeExamples rare =
        ProbeExamples.of(features, examples.labels(), 2).weighted(examples.weights());

    assertThat(RowSpace.of(features, IntStream.range(0, 100).toArray()).rank()).isEqualTo(4);
    SoftmaxModel model = EXACT.fit(rare, 1).model();

    double[] gradient = new double[10];
    objective(rare, EXACT.strength()).evaluate(point(rare, model), gradient);
    assertThat(gradient).containsOnly(new double[] {0}, Offset.offset(1e-8));
  }

  @Example
  void should_ignore_constant_features_and_survive_equal_examples() {
    float[][] equal = {{1, 2}, {1, 2}, {1, 2}, {1, 2}};
    SoftmaxModel model = EXACT.fit(ProbeExamples.of(equal, new int[] {0, 1, 1, 1}, 2), 1).model();

    assertThat(model.weights()).isDeepEqualTo(new double[2][2]);
    assertThat(model.bias()[1] - model.bias()[0]).isCloseTo(Math.log(3), Offset.offset(1e-7));
  }

  @Example
  void should_refuse_bad_examples() {
    float[][] features = {{1, 2}, {3, Float.NaN}};
    int[] labels = {0, 1};
    assertThatThrownBy(
            () ->
                ProbeExamples.of(new float[][] {{1, 2}, {3, 4}}, labels, 2)
                    .named(List.of("a.png"))
                    .size())
        .hasMessage(
            "features, labels, weights and names must have the same length, got 2, 2, 2 and 1");
    assertThatThrownBy(() -> ProbeExamples.of(features, labels, 2))
        .hasMessage("example 1: feature 1 must be finite, got NaN");
    features[1][1] = Float.NEGATIVE_INFINITY;
    assertThatThrownBy(
            () ->
                new ProbeExamples(
                    features, labels, new double[] {1, 1}, List.of("a.png", "b.png"), 2))
        .hasMessage("b.png: feature 1 must be finite, got -Infinity");
    features[1] = new float[] {1};
    assertThatThrownBy(() -> ProbeExamples.of(features, labels, 2))
        .hasMessage("example 1: there must be 2 features as in the first example, got 1");
    features[1] = new float[] {1, 5};
    assertThatThrownBy(() -> ProbeExamples.of(features, new int[] {0, 2}, 2))
        .hasMessage("example 1: the label must be from 0 to 1, got 2");
    ProbeExamples good = ProbeExamples.of(features, labels, 2);
    assertThatThrownBy(() -> good.weighted(1, -1))
        .hasMessage("example 1: the weight must be finite and >= 0, got -1.0");
    assertThatThrownBy(() -> good.weighted(0, 0))
        .hasMessage("weights must have a positive sum, got zeros only");
    assertThatThrownBy(() -> EXACT.fit(good.weighted(1, 0), 1))
        .hasMessage("Every class must have an example of positive weight, got none for [1]");
    assertThatThrownBy(() -> EXACT.fit(good, 0)).hasMessage("threads must be >= 1, got 0");
    assertThatThrownBy(() -> SoftmaxRegression.of(0))
        .hasMessage("strength must be finite and > 0, got 0.0");
    assertThatThrownBy(() -> ProbeExamples.of(new float[0][], new int[0], 2))
        .hasMessage("features must have at least one example, got none");
    SoftmaxModel other = new SoftmaxModel(new double[2][3], new double[2]);
    assertThatThrownBy(() -> EXACT.fit(good, other, 1))
        .hasMessage("start must have 2 classes and 2 features, got 2 and 3");
  }
}
