package dev.finetune.internal.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

class ArenaTest {

  private static final long MEGABYTE = 1 << 20;

  @Test
  void should_hold_one_stretch_at_a_time_and_give_it_back() {
    long before = Pointer.totalBytes();
    Arena arena = new Arena();

    arena.require(8 * MEGABYTE);
    int first = arena.generation();
    arena.require(4 * MEGABYTE);
    assertThat(arena.generation()).isEqualTo(first);
    arena.require(64 * MEGABYTE);

    assertThat(arena.generation()).isGreaterThan(first);
    assertThat(Pointer.totalBytes() - before).isBetween(64 * MEGABYTE, 65 * MEGABYTE);
    assertThat(arena.at(0).address() % MemoryPlan.ALIGNMENT).isZero();
    arena.close();
    assertThat(Pointer.totalBytes() - before).isLessThan(MEGABYTE);
  }
}
