package dev.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.math.Stats;
import com.google.common.primitives.ImmutableDoubleArray;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PairedDifferenceTest {

  private static List<String> alone(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  private static PairedDifference of(List<Double> differences, List<String> groups) {
    ImmutableDoubleArray zeros = ImmutableDoubleArray.copyOf(new double[differences.size()]);
    return PairedDifference.of(ImmutableDoubleArray.copyOf(differences), zeros, groups);
  }

  /** If each image is alone, the error is that of the mean of independent values. */
  @Property(tries = 300, seed = "3")
  void should_have_the_standard_error_of_a_mean(
      @ForAll @Size(min = 2, max = 40) List<@DoubleRange(min = -5, max = 5) Double> differences) {
    PairedDifference difference = of(differences, alone(differences.size()));

    Stats stats = Stats.of(differences);
    assertThat(difference.mean()).isCloseTo(stats.mean(), Offset.offset(1e-12));
    assertThat(difference.standardError())
        .isCloseTo(
            stats.sampleStandardDeviation() / Math.sqrt(differences.size()), Offset.offset(1e-12));
  }

  /** Copies of an image in its group add no information. */
  @Property(tries = 300, seed = "4")
  void should_not_count_copies_in_a_group(
      @ForAll @Size(min = 2, max = 20) List<@DoubleRange(min = -5, max = 5) Double> differences) {
    List<Double> twice = new ArrayList<>(differences);
    twice.addAll(differences);
    List<String> groups = new ArrayList<>(alone(differences.size()));
    groups.addAll(alone(differences.size()));

    PairedDifference once = of(differences, alone(differences.size()));
    PairedDifference copied = of(twice, groups);

    assertThat(copied.mean()).isCloseTo(once.mean(), Offset.offset(1e-12));
    assertThat(copied.standardError()).isCloseTo(once.standardError(), Offset.offset(1e-12));
  }

  @Test
  void should_know_an_improvement() {
    assertThat(of(List.of(-1.0, -1.1, -0.9), alone(3)).isImprovement()).isTrue();
    assertThat(of(List.of(1.0, 1.1, 0.9), alone(3)).isImprovement()).isFalse();
    assertThat(of(List.of(-1.0, 0.8), alone(2)).isImprovement()).isFalse();
    assertThat(of(List.of(-1.0, -1.1), List.of("a", "a")).isImprovement()).isFalse();
    assertThat(of(List.of(0.0, 0.0), alone(2)).isImprovement()).isFalse();
  }

  @Test
  void should_refuse_different_numbers() {
    ImmutableDoubleArray two = ImmutableDoubleArray.of(1, 2);

    assertThatThrownBy(() -> PairedDifference.of(two, ImmutableDoubleArray.of(1), alone(2)))
        .hasMessageContaining("as many losses of both models as groups")
        .hasMessageEndingWith("got 2, 1 and 2");
    assertThatThrownBy(() -> PairedDifference.of(two, two, alone(1)))
        .hasMessageEndingWith("got 2, 2 and 1");
  }
}
