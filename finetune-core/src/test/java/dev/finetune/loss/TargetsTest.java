package dev.finetune.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.loss.Targets.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetsTest {

  private static final boolean[][] TAGS = {{true, false, true}, {false, false, false}};
  private static final double[][] VALUES = {{1.5, -2}, {0, 1e9}};

  private static Targets of(Kind kind) {
    return switch (kind) {
      case CLASSES -> Targets.classes(2, 0);
      case DISTRIBUTIONS -> Targets.distributions(new double[][] {{0.25, 0.75}, {1, 0}});
      case TAGS -> Targets.tags(TAGS);
      case VALUES -> Targets.values(VALUES);
    };
  }

  @Test
  void should_hold_tags_as_shares() {
    Targets targets = Targets.tags(TAGS);

    assertThat(targets.kind()).isEqualTo(Kind.TAGS);
    assertThat(targets.size()).isEqualTo(2);
    assertThat(targets.share(0, 0)).isEqualTo(1);
    assertThat(targets.share(0, 1)).isZero();
    assertThat(targets.share(1, 2)).isZero();
    assertThatThrownBy(() -> targets.share(0, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> targets.label(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Only classes and distributions have a label, got tags");
    assertThatThrownBy(() -> targets.value(0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Only values have a value per output, got tags");
  }

  @Test
  void should_hold_values() {
    Targets targets = Targets.values(VALUES);

    assertThat(targets.kind()).isEqualTo(Kind.VALUES);
    assertThat(targets.size()).isEqualTo(2);
    assertThat(targets.value(0, 1)).isEqualTo(-2);
    assertThatThrownBy(() -> targets.value(0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> targets.label(0))
        .hasMessage("Only classes and distributions have a label, got values");
    assertThatThrownBy(() -> targets.share(0, 0))
        .hasMessage("Only classes, distributions and tags have shares, got values");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void should_refuse_values_that_are_not_finite(double value) {
    assertThatThrownBy(() -> Targets.values(new double[][] {{1}, {value}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("values must be finite, got %s for example 1", value);
  }

  @Test
  void should_not_change_with_the_arrays_that_it_was_created_from() {
    boolean[][] tags = {{true}};
    double[][] values = {{3}};
    double[] weights = {2};
    Targets tagged = Targets.tags(tags);
    Targets valued = Targets.values(values).weighted(weights);

    tags[0][0] = false;
    values[0][0] = 4;
    weights[0] = 5;

    assertThat(tagged.share(0, 0)).isEqualTo(1);
    assertThat(valued.value(0, 0)).isEqualTo(3);
    assertThat(valued.weight(0)).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void should_weight_and_select_examples_of_every_kind(Kind kind) {
    Targets targets = of(kind);
    Targets weighted = targets.weighted(new double[] {0, 3});

    Targets selected = weighted.select(1, 0, 1);

    assertThat(targets.weight(0)).isEqualTo(1);
    assertThat(targets.select(1).weight(0)).isEqualTo(1);
    assertThatThrownBy(() -> targets.weight(2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> targets.select(2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(weighted.kind()).isEqualTo(kind);
    assertThat(weighted.weight(0)).isZero();
    assertThat(weighted.weight(1)).isEqualTo(3);
    assertThat(weighted.weighted(new double[] {5, 5}).weight(1)).isEqualTo(5);
    assertThat(selected.kind()).isEqualTo(kind);
    assertThat(selected.size()).isEqualTo(3);
    assertThat(selected.weight(0)).isEqualTo(3);
    assertThat(selected.weight(1)).isZero();
    for (int output = 0; output < 2; output++) {
      assertThat(read(selected, 0, output)).isEqualTo(read(targets, 1, output));
      assertThat(read(selected, 1, output)).isEqualTo(read(targets, 0, output));
      assertThat(read(selected, 2, output)).isEqualTo(read(targets, 1, output));
    }
  }

  private static double read(Targets targets, int example, int output) {
    return targets.kind() == Kind.VALUES
        ? targets.value(example, output)
        : targets.share(example, output);
  }

  @Test
  void should_refuse_weights_outside_their_range() {
    Targets targets = Targets.classes(1, 2);

    assertThatThrownBy(() -> targets.weighted(new double[] {1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("weights must have one value per example (2), got 1");
    assertThatThrownBy(() -> targets.weighted(new double[] {1, -0.5}))
        .hasMessage("weights must be >= 0 and finite, got -0.5 for example 1");
    assertThatThrownBy(() -> targets.weighted(new double[] {Double.NaN, 1}))
        .hasMessage("weights must be >= 0 and finite, got NaN for example 0");
    assertThatThrownBy(() -> targets.weighted(new double[] {Double.POSITIVE_INFINITY, 1}))
        .hasMessage("weights must be >= 0 and finite, got Infinity for example 0");
  }

  @Test
  void should_refuse_kinds_that_are_not_supported() {
    assertThatThrownBy(() -> of(Kind.TAGS).require("focal", Kind.CLASSES, Kind.DISTRIBUTIONS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("focal needs classes or distributions as targets, got tags");
    of(Kind.CLASSES).require("focal", Kind.CLASSES, Kind.DISTRIBUTIONS);
  }

  @Test
  void should_refuse_targets_that_do_not_fit_the_outputs() {
    assertThatThrownBy(() -> Targets.tags(TAGS).requireFor(new float[2][2]))
        .hasMessage("Example 0 must have one tag per output (2), got 3");
    assertThatThrownBy(
            () -> Targets.values(VALUES).requireFor(new float[][] {new float[2], new float[1]}))
        .hasMessage("Example 1 must have one value per output (1), got 2");
    assertThatThrownBy(() -> Targets.tags(TAGS).requireFor(new float[1][3]))
        .hasMessage("targets must have one target per example (1), got 2");
  }
}
