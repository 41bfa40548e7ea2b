package dev.finetune.internal.onednn;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The assignment of slots to offsets in one block of memory, in which slots that are in use at the
 * same time do not overlap.
 *
 * <p>The algorithm is "greedy by size": the largest slot first, each at the lowest offset that is
 * free during its lifetime (Y. Pisarchyk, J. Lee, "Efficient Memory Management for Deep Neural Net
 * Inference", 2020).
 */
final class MemoryPlan {

  /**
   * The alignment of slots in bytes: a cache line, which is also the size of an AVX-512 register.
   */
  static final long ALIGNMENT = 64;

  private MemoryPlan() {}

  /** Sets the offset of every slot, and returns the size of the block in bytes. */
  static long place(List<Place.Slot> slots) {
    List<Place.Slot> bySize = new ArrayList<>(slots);
    bySize.sort(Comparator.comparingLong(Place.Slot::bytes).reversed());
    List<Place.Slot> placed = new ArrayList<>();
    long total = 0;
    for (Place.Slot slot : bySize) {
      slot.placeAt(lowestFree(slot, placed));
      total = Math.max(total, slot.end());
      placed.add(slot);
      placed.sort(Comparator.comparingLong(Place.Slot::offset));
    }
    return total;
  }

  private static long lowestFree(Place.Slot slot, List<Place.Slot> placedByOffset) {
    long at = 0;
    for (Place.Slot other : placedByOffset) {
      if (slot.livesWith(other)) {
        if (at + slot.bytes() <= other.offset()) {
          return at;
        }
        at = Math.max(at, (other.end() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
      }
    }
    return at;
  }
}
