package dev.finetune.internal.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.primitives.Floats;
import dev.finetune.internal.network.TrainableNetwork;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CrossEntropyTest {

  /** Gradients are stored in float32. */
  private static final Offset<Float> EXACT = Offset.offset(1e-7f);

  /** Odds of 1 to 2 to 1 and of 1 to 1 to 4. */
  @Test
  void should_give_the_mean_loss_and_its_gradient() {
    float log2 = (float) Math.log(2);
    float[] logits = {0, log2, 0, 1, 1, 1 + 2 * log2};

    TrainableNetwork.Step step = CrossEntropy.apply(logits, new int[] {1, 0}, 2);

    assertThat(step.loss()).isCloseTo((Math.log(2) + Math.log(6)) / 2, Offset.offset(1e-7));
    assertThat(step.correct()).isEqualTo(1);
    float sixth = 1f / 6;
    assertThat(logits)
        .containsExactly(
            new float[] {1f / 8, -1f / 4, 1f / 8, (sixth - 1) / 2, sixth / 2, 2 * sixth}, EXACT);
  }

  @Test
  void should_add_up_over_shards() {
    float[] whole = {0, 2, 0, 1, 1, 5};
    float[] first = {0, 2, 0};
    float[] second = {1, 1, 5};

    TrainableNetwork.Step all = CrossEntropy.apply(whole, new int[] {1, 0}, 2);
    TrainableNetwork.Step one = CrossEntropy.apply(first, new int[] {1}, 2);
    TrainableNetwork.Step other = CrossEntropy.apply(second, new int[] {0}, 2);

    assertThat(one.loss() + other.loss()).isCloseTo(all.loss(), Offset.offset(1e-15));
    assertThat(one.correct() + other.correct()).isEqualTo(all.correct());
    assertThat(Floats.concat(first, second)).isEqualTo(whole);
  }

  @Test
  void should_not_overflow() {
    float[] logits = {3e38f, -3e38f, 0};

    TrainableNetwork.Step step = CrossEntropy.apply(logits, new int[] {0}, 1);

    assertThat(step).isEqualTo(new TrainableNetwork.Step(0, 1));
    assertThat(logits).containsExactly(0, 0, 0);
  }

  /** As in {@code Prediction}: the first of equals. */
  @Test
  void should_count_the_first_of_equals_as_the_answer() {
    assertThat(CrossEntropy.apply(new float[] {2, 2, 1}, new int[] {0}, 1).correct()).isEqualTo(1);
    assertThat(CrossEntropy.apply(new float[] {2, 2, 1}, new int[] {1}, 1).correct()).isZero();
  }

  /** A label one too high would be the first class of the next row. */
  @ParameterizedTest
  @CsvSource({"3, 0", "-1, 0", "0, 3", "0, -1"})
  void should_not_reach_into_another_row(int first, int second) {
    float[] logits = {1, 2, 3, 4, 5, 6};

    assertThatThrownBy(() -> CrossEntropy.apply(logits, new int[] {first, second}, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);

    assertThat(logits).containsExactly(1, 2, 3, 4, 5, 6);
  }
}
