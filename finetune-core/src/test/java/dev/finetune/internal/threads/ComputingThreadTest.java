package dev.finetune.internal.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ComputingThreadTest {

  private final ComputingThread computing = new ComputingThread("computing", Duration.ofMillis(1));

  @Test
  void should_compute_one_thing_at_a_time_on_one_thread() {
    ComputingThread kept = new ComputingThread("computing", Duration.ofMinutes(1));
    AtomicInteger atOnce = new AtomicInteger();
    Set<Thread> threads = ConcurrentHashMap.newKeySet();

    int sum =
        IntStream.range(0, 100)
            .parallel()
            .map(
                i ->
                    kept.compute(
                        () -> {
                          threads.add(Thread.currentThread());
                          assertThat(atOnce.incrementAndGet()).isOne();
                          atOnce.decrementAndGet();
                          return i;
                        }))
            .sum();

    assertThat(sum).isEqualTo(4950);
    assertThat(threads).hasSize(1).doesNotContain(Thread.currentThread());
  }

  @Test
  void should_end_its_thread_when_nothing_is_asked() throws InterruptedException {
    Thread thread = computing.compute(Thread::currentThread);

    assertThat(thread.isDaemon()).isTrue();
    thread.join();
    assertThat(computing.compute(Thread::currentThread)).isNotSameAs(thread);
  }

  @Test
  void should_throw_what_the_computation_throws_and_show_who_asked() {
    assertThatThrownBy(
            () ->
                computing.compute(
                    () -> {
                      throw new IllegalStateException("rule");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("rule")
        .satisfies(
            e ->
                assertThat(e.getSuppressed()[0].getStackTrace())
                    .anyMatch(at -> at.getClassName().equals(getClass().getName())));
  }

  @Test
  void should_throw_errors_too() {
    assertThatThrownBy(
            () ->
                computing.compute(
                    () -> {
                      throw new OutOfMemoryError("of native memory");
                    }))
        .isInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void should_give_the_result_and_keep_the_interrupt() {
    Thread.currentThread().interrupt();

    assertThat(computing.compute(() -> 1)).isOne();
    assertThat(Thread.interrupted()).isTrue();
  }
}
