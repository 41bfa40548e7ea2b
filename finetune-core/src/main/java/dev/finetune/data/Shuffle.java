package dev.finetune.data;

import java.util.SplittableRandom;

/** Seeded orders; the same seed gives the same order on every machine. */
public final class Shuffle {

  private Shuffle() {}

  /** The numbers 0 to {@code size - 1} in a random order (Fisher-Yates). */
  public static int[] permutation(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
