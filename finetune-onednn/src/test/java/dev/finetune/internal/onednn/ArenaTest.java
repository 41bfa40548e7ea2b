package dev.finetune.internal.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ArenaTest {

  @BeforeAll
  static void loadNatives() {
    OneDnn.engine();
  }

  private static final long MEGABYTE = 1 << 20;

  /** The bytes that JavaCPP counts with the arena at its largest, and after it is closed. */
  private record Taken(long largest, long closed) {}

  /**
   * JavaCPP counts the memory of the whole process, and memory of other tests may be freed at any
   * time, so the test has several attempts.
   */
  @Test
  void should_hold_one_block_at_a_time_and_free_it() {
    assertThat(Stream.generate(ArenaTest::grow).limit(10))
        .anySatisfy(
            taken -> {
              assertThat(taken.largest()).isBetween(64 * MEGABYTE, 65 * MEGABYTE);
              assertThat(taken.closed()).isBetween(-MEGABYTE / 2, MEGABYTE / 2);
            });
  }

  private static Taken grow() {
    long before = Pointer.totalBytes();
    Arena arena = new Arena();

    arena.require(8 * MEGABYTE);
    int first = arena.generation();
    arena.require(4 * MEGABYTE);
    assertThat(arena.generation()).isEqualTo(first);
    arena.require(64 * MEGABYTE);

    assertThat(arena.generation()).isGreaterThan(first);
    long largest = Pointer.totalBytes() - before;
    assertThat(arena.at(0).address() % MemoryPlan.ALIGNMENT).isZero();
    arena.close();
    return new Taken(largest, Pointer.totalBytes() - before);
  }
}
