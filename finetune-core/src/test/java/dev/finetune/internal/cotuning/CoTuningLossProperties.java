package dev.finetune.internal.cotuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.finetune.loss.CrossEntropy;
import dev.finetune.loss.Loss;
import dev.finetune.loss.Targets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class CoTuningLossProperties {

  private static double[][] distributions(int rows, int columns, RandomGenerator random) {
    double[][] all = new double[rows][columns];
    for (double[] row : all) {
      Arrays.setAll(row, i -> random.nextDouble(1e-3, 1));
      double sum = Arrays.stream(row).sum();
      Arrays.setAll(row, i -> row[i] / sum);
    }
    return all;
  }

  /**
   * Both terms are linear in the shares of an image, so a mixed image has the mixed loss and the
   * mixed gradient of its classes.
   */
  @Property(seed = "11", tries = 100)
  void mixed_images_have_the_mixed_loss_of_their_classes(
      @ForAll @IntRange(min = 2, max = 5) int classes,
      @ForAll @IntRange(min = 2, max = 8) int sources,
      @ForAll @DoubleRange(min = 0.01, max = 10) double strength,
      @ForAll long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    Loss loss =
        new CoTuningLoss(
            CrossEntropy.crossEntropy(), distributions(classes, sources, random), strength);
    double[] shares = distributions(1, classes, random)[0];
    float[][] outputs = new float[1][classes + sources];
    for (int i = 0; i < outputs[0].length; i++) {
      outputs[0][i] = (float) random.nextDouble(-5, 5);
    }
    double expected = 0;
    double[] gradient = new double[outputs[0].length];
    for (int label = 0; label < classes; label++) {
      float[][] one = new float[1][outputs[0].length];
      expected += shares[label] * loss.compute(outputs, Targets.classes(label), one);
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] += shares[label] * one[0][i];
      }
    }

    float[][] mixed = new float[1][outputs[0].length];
    double value = loss.compute(outputs, Targets.distributions(new double[][] {shares}), mixed);

    assertThat(value).isCloseTo(expected, within(1e-10 * (1 + expected)));
    for (int i = 0; i < gradient.length; i++) {
      assertThat((double) mixed[0][i]).isCloseTo(gradient[i], within(2e-6 * (1 + strength)));
    }
    assertThat(sum(mixed[0], 0, classes)).isCloseTo(0, within(1e-6));
    assertThat(sum(mixed[0], classes, classes + sources))
        .isCloseTo(0, within(1e-6 * (1 + strength)));
  }

  private static double sum(float[] values, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += values[i];
    }
    return sum;
  }
}
