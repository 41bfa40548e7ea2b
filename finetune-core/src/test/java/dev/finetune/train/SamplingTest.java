package dev.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.data.Shuffle;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SamplingTest {

  @Property(seed = "42", tries = 200)
  void should_draw_every_class_equally_often(
      @ForAll @Size(min = 1, max = 60) List<@IntRange(max = 5) Integer> drawn, @ForAll long seed) {
    int[] labels = drawn.stream().mapToInt(Integer::intValue).toArray();
    int[] classes = Arrays.stream(labels).distinct().toArray();

    int[] order = Sampling.balanced().order(labels, seed);

    assertThat(order).hasSameSizeAs(labels);
    assertThat(Sampling.balanced().order(labels, seed)).containsExactly(order);
    for (int label : classes) {
      int[] images = Arrays.stream(order).filter(i -> labels[i] == label).toArray();
      assertThat(images.length - labels.length / classes.length).isBetween(0, 1);
      int size = (int) Arrays.stream(labels).filter(other -> other == label).count();
      for (int from = 0; from < images.length; from += size) {
        int[] all = Arrays.copyOfRange(images, from, Math.min(from + size, images.length));
        assertThat(all).doesNotHaveDuplicates();
      }
    }
    for (int from = 0; from < order.length; from += classes.length) {
      int to = Math.min(from + classes.length, order.length);
      assertThat(IntStream.range(from, to).map(i -> labels[order[i]]).toArray())
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void should_draw_other_images_with_another_seed() {
    int[] labels = IntStream.range(0, 40).map(i -> i < 36 ? 0 : 1).toArray();

    assertThat(Sampling.balanced().order(labels, 1))
        .isNotEqualTo(Sampling.balanced().order(labels, 2));
  }

  /** An earlier training with the same seed must be repeatable. */
  @Test
  void should_shuffle_like_the_permutation_of_the_seed() {
    assertThat(Sampling.shuffled().order(new int[50], 7))
        .containsExactly(Shuffle.permutation(50, 7));
    assertThat(Sampling.shuffled().needsClasses()).isFalse();
    assertThat(Sampling.balanced().needsClasses()).isTrue();
  }

  @Test
  void should_accept_a_dataset_without_images() {
    assertThat(Sampling.balanced().order(new int[0], 1)).isEmpty();
  }

  @Test
  void should_parse_a_notation() {
    assertThat(Sampling.parse("balanced")).isEqualTo(Sampling.balanced());
    assertThat(Sampling.parse("shuffled")).isEqualTo(Sampling.shuffled());
    assertThatThrownBy(() -> Sampling.parse("random"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A sampling must be shuffled or balanced, got \"random\"");
  }
}
