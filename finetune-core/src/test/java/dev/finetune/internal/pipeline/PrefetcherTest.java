package dev.finetune.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PrefetcherTest {

  @Property(tries = 100, seed = "42")
  void should_give_all_items_in_order_and_never_be_further_ahead_than_the_bound(
      @ForAll @IntRange(max = 60) int count, @ForAll @IntRange(min = 1, max = 9) int bound) {
    AtomicInteger started = new AtomicInteger();
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger furthest = new AtomicInteger();
    List<Integer> items = new ArrayList<>();

    try (Prefetcher<Integer> prefetcher =
        new Prefetcher<>(
            count,
            bound,
            i -> {
              int ahead = started.incrementAndGet() - taken.get();
              furthest.accumulateAndGet(ahead, Math::max);
              return i;
            })) {
      while (prefetcher.hasNext()) {
        items.add(prefetcher.next());
        taken.incrementAndGet();
      }
    }

    assertThat(items).hasSize(count).isSorted().doesNotHaveDuplicates();
    // One more may start between an item's leaving the queue and its being counted as taken.
    assertThat(furthest.get()).isLessThanOrEqualTo(bound + 1);
  }

  @Test
  void should_work_ahead_while_nothing_is_taken() throws InterruptedException {
    CountDownLatch produced = new CountDownLatch(4);
    try (Prefetcher<Integer> prefetcher =
        new Prefetcher<>(
            10,
            4,
            i -> {
              produced.countDown();
              return i;
            })) {
      produced.await(); // hangs if production waited for the consumer

      assertThat(prefetcher.next()).isZero();
    }
  }

  @Test
  void should_hand_on_what_production_throws() {
    try (Prefetcher<Integer> prefetcher =
        new Prefetcher<>(
            3,
            3,
            i -> {
              if (i == 1) {
                throw new IllegalArgumentException("image 1 is broken");
              }
              return i;
            })) {
      assertThat(prefetcher.next()).isZero();
      assertThatThrownBy(prefetcher::next)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("image 1 is broken");
    }
  }

  @Test
  void should_refuse_to_give_more_than_there_is() {
    try (Prefetcher<Integer> prefetcher = new Prefetcher<>(0, 2, i -> i)) {
      assertThat(prefetcher.hasNext()).isFalse();
      assertThatThrownBy(prefetcher::next).isInstanceOf(NoSuchElementException.class);
    }
  }
}
