package dev.finetune.internal.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class MemoryPlanProperties {

  private static final int OPERATIONS = 20;

  record Life(long bytes, int first, int length) {
    int last() {
      return Math.min(OPERATIONS, first + length);
    }
  }

  @Provide
  Arbitrary<List<Life>> lives() {
    return Combinators.combine(
            Arbitraries.longs().between(1, 5000),
            Arbitraries.integers().between(0, OPERATIONS),
            Arbitraries.integers().between(0, 8))
        .as(Life::new)
        .list()
        .ofMaxSize(30);
  }

  @Property(seed = "42")
  void should_not_overlap_slots_that_are_in_use_together(@ForAll("lives") List<Life> lives) {
    List<Place.Slot> slots = new ArrayList<>();
    for (Life life : lives) {
      Place.Slot slot = new Place.Slot(life.bytes());
      slot.use(life.first());
      slot.use(life.last());
      slots.add(slot);
    }

    long total = MemoryPlan.place(slots);

    for (int i = 0; i < slots.size(); i++) {
      Place.Slot a = slots.get(i);
      assertThat(a.offset()).isBetween(0L, total - a.bytes());
      assertThat(a.offset() % MemoryPlan.ALIGNMENT).isZero();
      for (int j = 0; j < i; j++) {
        Place.Slot b = slots.get(j);
        boolean together =
            lives.get(i).first() <= lives.get(j).last()
                && lives.get(j).first() <= lives.get(i).last();
        boolean apart = a.end() <= b.offset() || b.end() <= a.offset();
        assertThat(apart || !together).isTrue();
      }
    }
    long padding = MemoryPlan.ALIGNMENT * slots.size();
    assertThat(total)
        .isGreaterThanOrEqualTo(mostAtOnce(lives))
        .isLessThanOrEqualTo(lives.stream().mapToLong(Life::bytes).sum() + padding);
  }

  private static long mostAtOnce(List<Life> lives) {
    long most = 0;
    for (int operation = 0; operation <= OPERATIONS; operation++) {
      int now = operation;
      most =
          Math.max(
              most,
              lives.stream()
                  .filter(l -> l.first() <= now && now <= l.last())
                  .mapToLong(Life::bytes)
                  .sum());
    }
    return most;
  }
}
