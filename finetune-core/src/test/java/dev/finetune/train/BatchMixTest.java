package dev.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.graph.layer.Shape;
import dev.finetune.loss.CrossEntropy;
import dev.finetune.loss.Targets;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchMixTest {

  private static final Shape IMAGE = Shape.image(3, 12, 10);
  private static final List<Shape> SHAPES = List.of(IMAGE);
  private static final Offset<Double> CLOSE = Offset.offset(1e-6);

  /** Returns images of which each has its index as all values. */
  private static List<FloatBuffer[]> images(int count) {
    List<FloatBuffer[]> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      FloatBuffer values = ByteBuffer.allocateDirect(4 * IMAGE.size() + 8).asFloatBuffer();
      values.position(2);
      for (int k = 0; k < IMAGE.size(); k++) {
        values.put(2 + k, i);
      }
      images.add(new FloatBuffer[] {values});
    }
    return images;
  }

  private static Targets classes(int count) {
    return Targets.classes(IntStream.range(0, count).toArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mixup:0.2", "mixup:3", "cutmix:1", "cutmix:0.1", "mixup:1,cutmix:1"})
  void should_mix_images_and_targets_by_the_same_share(String notation) {
    BatchMix mix = BatchMix.parse(notation);
    assertThat(mix.description().replace(".0", "")).isEqualTo(notation);
    int mixedExamples = 0;
    for (int seed = 0; seed < 100; seed++) {
      List<FloatBuffer[]> images = images(6);

      BatchMix.Mixed mixed = mix.mix(images, SHAPES, classes(6), 6, new SplittableRandom(seed));
      BatchMix.Mixed again = mix.mix(images, SHAPES, classes(6), 6, new SplittableRandom(seed));

      for (int i = 0; i < 6; i++) {
        FloatBuffer values = mixed.inputs().get(i)[0];
        assertThat(values).isEqualTo(again.inputs().get(i)[0]);
        assertThat(values.remaining()).isEqualTo(IMAGE.size());
        assertThat(images.get(i)[0].get(5)).isEqualTo((float) i);
        // The mean of the values, and the mean class of the target, are both s i + (1 - s) j.
        double mean = 0;
        double target = 0;
        for (int k = 0; k < IMAGE.size(); k++) {
          mean += values.get(k) / IMAGE.size();
        }
        for (int k = 0; k < 6; k++) {
          target += k * mixed.targets().share(i, k);
        }
        assertThat(mean).isCloseTo(target, Offset.offset(1e-5));
        assertThat(mixed.targets().weight(i)).isCloseTo(1, CLOSE);
        mixedExamples += mixed.targets().share(i, i) < 1 ? 1 : 0;
      }
    }
    assertThat(mixedExamples).isGreaterThan(150);
  }

  @Test
  void should_paste_one_rectangle_in_all_channels() {
    for (int seed = 0; seed < 50; seed++) {
      FloatBuffer values =
          BatchMix.cutmix(1)
              .mix(images(2), SHAPES, classes(2), 2, new SplittableRandom(seed))
              .inputs()
              .get(0)[0];
      int area = 12 * 10;
      List<Integer> rows = new ArrayList<>();
      List<Integer> columns = new ArrayList<>();
      for (int k = 0; k < area; k++) {
        assertThat(values.get(k)).isIn(0f, 1f).isEqualTo(values.get(2 * area + k));
        if (values.get(k) == 1) {
          rows.add(k / 10);
          columns.add(k % 10);
        }
      }
      assertThat(rows)
          .hasSize((int) (rows.stream().distinct().count() * columns.stream().distinct().count()));
    }
  }

  /** Cross-entropy is linear in the target, so the mixed loss is the mean of both losses. */
  @Test
  void should_mix_weights_so_that_the_loss_is_the_sum_of_both() {
    Targets targets = classes(3).weighted(new double[] {0.5, 2, 0});
    float[][] logits = new float[3][];
    Arrays.setAll(logits, i -> new float[] {0.3f, -0.2f, 1.1f});
    BatchMix.Mixed mixed =
        BatchMix.mixup(1).mix(images(3), SHAPES, targets, 3, new SplittableRandom(4));
    double loss = CrossEntropy.crossEntropy().compute(logits, mixed.targets(), new float[3][3]);

    // With equal logits, mixing and shuffling the batch does not change the loss.
    assertThat(loss)
        .isCloseTo(CrossEntropy.crossEntropy().compute(logits, targets, new float[3][3]), CLOSE);
  }

  @Test
  void should_mix_values_and_several_inputs() {
    List<FloatBuffer[]> inputs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      inputs.add(
          new FloatBuffer[] {
            FloatBuffer.wrap(new float[] {i, 2 * i}), FloatBuffer.wrap(new float[] {5 * i})
          });
    }
    Targets targets = Targets.values(new double[][] {{0}, {10}, {20}, {30}});

    BatchMix.Mixed mixed =
        BatchMix.mixup(0.4)
            .mix(
                inputs,
                List.of(Shape.vector(2), Shape.vector(1)),
                targets,
                1,
                new SplittableRandom(2));

    for (int i = 0; i < 4; i++) {
      double value = mixed.targets().value(i, 0);
      assertThat((double) mixed.inputs().get(i)[0].get(0)).isCloseTo(value / 10, CLOSE);
      assertThat((double) mixed.inputs().get(i)[1].get(0)).isCloseTo(value / 2, CLOSE);
    }
  }

  /** The mean is 1/2 and the variance 1 / (4 (2 alpha + 1)). */
  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.2, 1, 1.5, 20})
  void should_draw_shares_with_the_moments_of_the_beta_distribution(double alpha) {
    SplittableRandom random = new SplittableRandom(1);
    int count = 40_000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < count; i++) {
      double share = Beta.symmetric(alpha, random);
      assertThat(share).isBetween(0.0, 1.0);
      sum += share;
      squares += (share - 0.5) * (share - 0.5);
    }
    double variance = 1 / (4 * (2 * alpha + 1));

    // Five standard deviations of the mean of the count.
    assertThat(sum / count).isCloseTo(0.5, Offset.offset(5 * Math.sqrt(variance / count)));
    assertThat(squares / count / variance).isCloseTo(1, Offset.offset(0.04));
  }

  @Test
  void should_refuse_what_cannot_be_mixed() {
    Targets tags = Targets.tags(new boolean[][] {{true}, {false}});
    Targets values = Targets.values(new double[][] {{1}, {2}});
    List<Shape> flat = List.of(Shape.vector(360));

    assertThatThrownBy(
            () -> BatchMix.mixup(1).mix(images(2), SHAPES, tags, 1, new SplittableRandom(1)))
        .hasMessage("mixup needs classes, distributions or values as targets, got tags");
    assertThatThrownBy(
            () -> BatchMix.cutmix(1).mix(images(2), SHAPES, values, 1, new SplittableRandom(1)))
        .hasMessage("CutMix needs classes or distributions as targets, got values");
    assertThatThrownBy(() -> BatchMix.parse("mixup:1,cutmix:1").require(flat, Targets.Kind.CLASSES))
        .hasMessageStartingWith(
            "CutMix needs one input, which is an image or a feature map, got [");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mixup | A mixture must be mixup:ALPHA, cutmix:ALPHA, or two of them",
        "cut:1 | got \"cut:1\"",
        "mixup:1,cutmix:1,mixup:1 | with a comma between, got",
        "mixup:x | ALPHA must be a number, got \"mixup:x\"",
        "mixup:0 | alpha must be > 0 and <= 100, got 0.0",
        "cutmix:NaN | alpha must be > 0 and <= 100, got NaN",
      })
  void should_refuse_other_notations(String notation, String message) {
    assertThatThrownBy(() -> BatchMix.parse(notation))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
