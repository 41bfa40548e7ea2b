package dev.finetune.internal.onednn;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Lays slots into one stretch of memory so that those alive together do not overlap.
 *
 * <p>The largest first, each at the lowest place that is free over its life: "greedy by size" (Y.
 * Pisarchyk, J. Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020).
 */
final class MemoryPlan {

  /** A cache line, which is also AVX-512's alignment. */
  static final long ALIGNMENT = 64;

  private MemoryPlan() {}

  /** Gives every slot that is used its offset; returns the bytes that all of them need. */
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
