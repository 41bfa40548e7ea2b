package dev.finetune.data;

import java.util.SplittableRandom;

/** Seeded random orders. The same seed gives the same order on every machine. */
public final class Shuffle {

  private Shuffle() {}

  /**
   * {@return the numbers 0 to {@code size - 1} in a random order, by a Fisher-Yates shuffle}
   *
   * @param size how many numbers, at least 0
   * @param seed the seed of the order
   */
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
