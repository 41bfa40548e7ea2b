package dev.finetune.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.train.BatchNormStatistics;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.assertj.core.data.Offset;

class NormPolicyProperties {

  @Property(seed = "42")
  void should_replace_stored_statistics_within_an_epoch(
      @ForAll @IntRange(min = 1, max = 100_000) int steps,
      @ForAll @DoubleRange(min = 0, max = 0.999) @Scale(3) double own) {
    double momentum =
        new NormPolicy(BatchNormStatistics.MOVING, Set.of(), steps)
            .momentum(new BatchNorm(1e-3, own))
            .orElseThrow();

    assertThat(momentum).isBetween(0.0, own);
    // (1 - 4/n)^n is less than e^-4 for every n.
    assertThat(Math.pow(momentum, steps) <= Math.exp(-4) || momentum == own).isTrue();
  }

  @Example
  void should_use_the_layers_own_momentum_as_keras_does() {
    assertThat(NormPolicy.ownMomentum().momentum(new BatchNorm(1e-3, 0.97))).hasValue(0.97);
  }

  @Example
  void should_recompute_statistics_of_layers_without_pretrained_ones() {
    NormPolicy kept = new NormPolicy(BatchNormStatistics.KEPT, Set.of("norm"), 9);

    assertThat(kept.keeps("norm")).isTrue();
    assertThat(kept.recomputes("norm")).isFalse();
    assertThat(kept.keeps("head/batch_norm")).isFalse();
    assertThat(kept.recomputes("head/batch_norm")).isTrue();
  }

  /** The moments must not depend on how the values are split into batches. */
  @Property(seed = "42")
  void should_give_the_moments_of_all_batches_together(
      @ForAll @IntRange(min = 1, max = 9) int batch,
      @ForAll @IntRange(min = 2, max = 60) int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = 3 + Math.sin(i * 1.7 + batch);
    }
    Moments moments = new Moments(1);
    for (int from = 0; from < count; from += batch) {
      int size = Math.min(batch, count - from);
      double mean = 0;
      double squares = 0;
      for (int i = from; i < from + size; i++) {
        mean += values[i] / size;
        squares += values[i] * values[i] / size;
      }
      float[] means = {(float) mean};
      float[] variances = {(float) (squares - mean * mean)};
      moments.add(means, variances, size);
    }
    double mean = 0;
    for (double value : values) {
      mean += value / count;
    }
    double variance = 0;
    for (double value : values) {
      variance += (value - mean) * (value - mean) / count;
    }
    // Rounding the mean of a batch, at most 4, to float32 costs 2.4e-7.
    assertThat((double) moments.mean()[0]).isCloseTo(mean, Offset.offset(1e-6));
    assertThat((double) moments.variance()[0]).isCloseTo(variance, Offset.offset(1e-5));
  }
}
