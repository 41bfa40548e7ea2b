package dev.finetune.internal.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToLongFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LargestBatchTest {

  /** Records the sizes that are tried. */
  private static IntToLongFunction noting(List<Integer> asked, IntToLongFunction bytes) {
    return batch -> {
      asked.add(batch);
      return bytes.applyAsLong(batch);
    };
  }

  @Property(tries = 200, seed = "42")
  void should_find_it_wherever_memory_grows(
      @ForAll @Size(min = 2, max = 300) int[] steps, @ForAll @IntRange(max = 1000) int share) {
    long[] bytes = new long[steps.length];
    for (int batch = 1; batch < bytes.length; batch++) {
      bytes[batch] = bytes[batch - 1] + (steps[batch] & 0xffff);
    }
    bytes[bytes.length - 1]++;
    int tooLarge = bytes.length - 1;
    long free = (bytes[tooLarge] - 1) * share / 1000;
    List<Integer> asked = new ArrayList<>();

    int largest = LargestBatch.of(noting(asked, b -> bytes[b]), tooLarge, free);

    assertThat(bytes[largest]).isLessThanOrEqualTo(free);
    assertThat(bytes[largest + 1]).isGreaterThan(free);
    // Bisection alone needs 9 tries for 300 sizes. At least one of three tries in a row halves.
    assertThat(asked).hasSizeLessThanOrEqualTo(2 + 3 * 9);
  }

  /** The four sizes are both ends, the result, and the next one, which does not fit. */
  @Property(tries = 200, seed = "42")
  void should_ask_about_four_sizes_on_a_straight_line(
      @ForAll @IntRange(min = 2, max = 1000) int tooLarge,
      @ForAll @IntRange(max = 1000) int share,
      @ForAll @IntRange(min = 1, max = 1_000_000) int each) {
    long held = 5_000_000;
    long free = held + ((long) tooLarge * each - 1) * share / 1000;
    List<Integer> asked = new ArrayList<>();

    int largest = LargestBatch.of(noting(asked, b -> held + (long) each * b), tooLarge, free);

    assertThat(largest).isEqualTo((int) ((free - held) / each));
    assertThat(asked).hasSizeLessThanOrEqualTo(4);
  }

  @Test
  void should_say_that_none_fits() {
    List<Integer> asked = new ArrayList<>();

    assertThat(LargestBatch.of(noting(asked, b -> 100 + b), 64, 99)).isZero();
    assertThat(LargestBatch.of(b -> 100 + b, 64, 100)).isZero();
    assertThat(LargestBatch.of(b -> 100, 1, 50)).isZero();
    assertThat(asked).isEqualTo(Arrays.asList(0, 64));
  }
}
