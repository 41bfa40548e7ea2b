package dev.finetune.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.loss.Targets.Kind;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LossesTest {

  private static final int BATCH = 3;
  private static final int OUTPUTS = 4;

  /** A loss and a kind of targets that it supports. */
  enum Case {
    CROSS_ENTROPY("crossentropy", Kind.CLASSES),
    SMOOTHED("crossentropy,smoothing=0.1", Kind.CLASSES),
    MIXED("crossentropy", Kind.DISTRIBUTIONS),
    FOCAL("focal:2.0", Kind.CLASSES),
    SLIGHTLY_FOCAL("focal:0.5", Kind.CLASSES),
    MIXED_FOCAL("focal:2.0", Kind.DISTRIBUTIONS),
    FOCAL_TAGS("focal:1.5", Kind.TAGS),
    TAGS("binarycrossentropy", Kind.TAGS),
    SMOOTHED_TAGS("binarycrossentropy,smoothing=0.2,positive=0.5:1.0:2.0:4.0", Kind.TAGS),
    SQUARED("squarederror", Kind.VALUES),
    // No difference of the values below is within a step of this delta.
    HUBER("huber:1.0078125", Kind.VALUES);

    private final String notation;
    private final Kind kind;

    Case(String notation, Kind kind) {
      this.notation = notation;
      this.kind = kind;
    }

    Loss loss() {
      return Losses.parse(notation);
    }
  }

  /**
   * Compares the gradients with finite differences of the loss. Outputs are multiples of 1/64, and
   * the step is exact in float32. The third derivatives are below 60 times the weight of an
   * example, so the difference's error is below weight * 10 * step^2 = 4e-5 for weights up to 4.
   */
  @Property(seed = "42", tries = 500)
  void should_give_the_derivative(@ForAll Case tested, @ForAll @IntRange(max = 999_999) int seed) {
    Random random = new Random(seed);
    float step = 1f / 1024;
    Loss loss = tested.loss();
    Targets targets =
        random(tested.kind, random)
            .weighted(random.doubles(BATCH).map(value -> value < 0.2 ? 0 : 4 * value).toArray());
    float[][] outputs = new float[BATCH][OUTPUTS];
    for (float[] row : outputs) {
      for (int j = 0; j < row.length; j++) {
        row[j] = (float) grid(random);
      }
    }
    float[][] gradients = new float[BATCH][OUTPUTS];
    float[][] unused = new float[BATCH][OUTPUTS];

    assertThat(loss.compute(outputs, targets, gradients)).isNotNegative();

    for (int i = 0; i < BATCH; i++) {
      for (int j = 0; j < OUTPUTS; j++) {
        float at = outputs[i][j];
        outputs[i][j] = at + step;
        double more = loss.compute(outputs, targets, unused);
        outputs[i][j] = at - step;
        double less = loss.compute(outputs, targets, unused);
        outputs[i][j] = at;
        double difference = (more - less) / (2 * step);
        assertThat((double) gradients[i][j])
            .isCloseTo(difference, Offset.offset(4e-5 + 1e-7 * Math.abs(difference)));
      }
    }
  }

  private static double grid(Random random) {
    return (random.nextInt(1025) - 512) / 64.0;
  }

  private static Targets random(Kind kind, Random random) {
    double[][] numbers = new double[BATCH][OUTPUTS];
    boolean[][] tags = new boolean[BATCH][OUTPUTS];
    for (int i = 0; i < BATCH; i++) {
      double sum = 0;
      for (int j = 0; j < OUTPUTS; j++) {
        tags[i][j] = random.nextBoolean();
        numbers[i][j] = kind == Kind.VALUES ? grid(random) : random.nextInt(3);
        sum += numbers[i][j];
      }
      for (int j = 0; kind == Kind.DISTRIBUTIONS && j < OUTPUTS; j++) {
        numbers[i][j] = sum == 0 ? 1.0 / OUTPUTS : numbers[i][j] / sum;
      }
    }
    return switch (kind) {
      case CLASSES -> Targets.classes(random.ints(BATCH, 0, OUTPUTS).toArray());
      case DISTRIBUTIONS -> Targets.distributions(numbers);
      case TAGS -> Targets.tags(tags);
      case VALUES -> Targets.values(numbers);
    };
  }

  @ParameterizedTest
  @EnumSource(Case.class)
  void should_not_overflow(Case tested) {
    float[][] gradients = new float[BATCH][OUTPUTS];
    Targets targets = random(tested.kind, new Random(1));
    for (float large : new float[] {100, 1000, (float) (1L << 50)}) {
      float[][] outputs = {
        {large, -large, 0, 1}, {-large, -large, -large, large}, {0, 0, 0, large}
      };

      double value = tested.loss().compute(outputs, targets, gradients);

      assertThat(value).isFinite().isNotNegative();
      for (float[] row : gradients) {
        for (float gradient : row) {
          assertThat(gradient).isFinite();
        }
      }
    }
  }

  /** A logit of 1000 against the target costs 1000 nats, and its probability is 1 in float64. */
  @Test
  void should_be_exact_for_large_logits() {
    float[][] gradients = new float[1][2];

    assertThat(Focal.focal(2).compute(new float[][] {{1000, 0}}, Targets.classes(1), gradients))
        .isEqualTo(1000);
    assertThat(gradients[0]).containsExactly(1, -1);
    assertThat(
            BinaryCrossEntropy.binaryCrossEntropy()
                .compute(
                    new float[][] {{1000, -1000}},
                    Targets.tags(new boolean[][] {{false, false}}),
                    gradients))
        .isEqualTo(500);
    assertThat(gradients[0]).containsExactly(0.5f, 0);
    assertThat(Focal.focal(0.5).compute(new float[][] {{1000, 0}}, Targets.classes(0), gradients))
        .isZero();
    assertThat(gradients[0]).containsExactly(0, 0);
  }

  /** With p = 1 - e^-30, 1 - p has full precision. Computed as 1.5 * (e^-30)^1.5. */
  @Test
  void should_keep_the_precision_of_well_predicted_examples() {
    float[][] gradients = new float[1][2];

    double value = Focal.focal(0.5).compute(new float[][] {{30, 0}}, Targets.classes(0), gradients);

    double rest = Math.exp(-30);
    assertThat(value / Math.pow(rest, 1.5)).isCloseTo(1, Offset.offset(1e-12));
    assertThat(gradients[0][1] / (1.5 * Math.pow(rest, 1.5))).isCloseTo(1, Offset.offset(1e-6));
  }

  @ParameterizedTest
  @EnumSource(Case.class)
  void should_become_nan_with_a_nan(Case tested) {
    float[][] outputs = new float[BATCH][OUTPUTS];
    outputs[1][2] = Float.NaN;

    assertThat(
            tested
                .loss()
                .compute(outputs, random(tested.kind, new Random(1)), new float[BATCH][OUTPUTS]))
        .isNaN();
  }

  @ParameterizedTest
  @EnumSource(Case.class)
  void should_refuse_unsupported_targets(Case tested) {
    Loss loss = tested.loss();
    for (Kind kind : Kind.values()) {
      if (!loss.supports(kind)) {
        assertThatThrownBy(
                () ->
                    loss.compute(
                        new float[BATCH][OUTPUTS],
                        random(kind, new Random(1)),
                        new float[BATCH][OUTPUTS]))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith(loss.name() + " needs ")
            .hasMessageEndingWith(" as targets, got " + kind);
      }
    }
    assertThat(loss.supports(tested.kind)).isTrue();
  }

  @Test
  void should_name_the_supported_targets() {
    assertThatThrownBy(
            () ->
                Focal.focal(2)
                    .compute(new float[1][1], Targets.values(new double[1][1]), new float[1][1]))
        .hasMessage("focal needs classes or distributions or tags as targets, got values");
  }

  @Test
  void should_refuse_another_number_of_positive_weights() {
    assertThatThrownBy(
            () ->
                BinaryCrossEntropy.binaryCrossEntropy()
                    .positiveWeights(1, 2)
                    .compute(new float[1][3], Targets.tags(new boolean[1][3]), new float[1][3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("positiveWeights must have one value per tag (3), got 2");
  }

  @ParameterizedTest
  @EnumSource(Case.class)
  void should_have_a_notation(Case tested) {
    assertThat(Losses.notation(tested.loss())).isEqualTo(tested.notation);
  }

  @Test
  void should_list_the_settings() {
    assertThat(Losses.parse("focal:2").settings()).containsExactlyEntriesOf(Map.of("gamma", 2.0));
    assertThat(Losses.parse("huber:1").settings()).containsExactlyEntriesOf(Map.of("delta", 1.0));
    assertThat(Losses.parse("squarederror").settings()).isEmpty();
    assertThat(Losses.parse("binarycrossentropy,positive=2:3").settings())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("labelSmoothing", 0.0, "positiveWeight0", 2.0, "positiveWeight1", 3.0));
  }

  @Test
  void should_parse_with_spaces_and_options_in_any_order() {
    assertThat(Losses.parse("binarycrossentropy, positive=2:3, smoothing=0.1"))
        .isEqualTo(BinaryCrossEntropy.binaryCrossEntropy().smoothing(0.1).positiveWeights(2, 3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hinge",
        "focal",
        "hinge:1",
        "focal:2:3",
        "focal:2,smoothing=0.1",
        "crossentropy,positive=1",
        "crossentropy,smoothing=0.1,smoothing=0.2",
        "crossentropy,smoothing",
        "squarederror,"
      })
  void should_refuse_an_unknown_loss(String notation) {
    assertThatThrownBy(() -> Losses.parse(notation))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "A loss must be crossentropy[,smoothing=S], focal:GAMMA,"
                + " binarycrossentropy[,smoothing=S][,positive=W:W:...], squarederror or"
                + " huber:DELTA, got \"%s\"",
            notation);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "focal:x | The arguments of a loss must be numbers, got \"focal:x\"",
        "focal:-1 | gamma must be >= 0 and finite, got -1.0",
        "huber:0 | delta must be > 0 and finite, got 0.0",
        "crossentropy,smoothing=1 | labelSmoothing must be in [0, 1), got 1.0",
        "binarycrossentropy,smoothing=-1 | labelSmoothing must be in [0, 1), got -1.0",
        "binarycrossentropy,positive=1:0 | positiveWeights must be > 0 and finite, got [1.0, 0.0]"
      })
  void should_refuse_an_invalid_argument(String notation, String message) {
    assertThatThrownBy(() -> Losses.parse(notation))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void should_have_no_notation_for_other_losses() {
    Loss own =
        new Loss() {
          @Override
          public String name() {
            return "own";
          }

          @Override
          public Map<String, Double> settings() {
            return Map.of();
          }

          @Override
          public double compute(float[][] outputs, Targets targets, float[][] gradients) {
            return 0;
          }
        };

    assertThatThrownBy(() -> Losses.notation(own))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Only the losses of this library have a notation, got own");
    assertThat(own.supports(Kind.VALUES)).isTrue();
  }
}
