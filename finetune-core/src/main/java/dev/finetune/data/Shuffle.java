package dev.finetune.data;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
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

  /**
   * Returns the first numbers of a random order of 0 to {@code size - 1}.
   *
   * @param count how many numbers; {@code size} if there are fewer
   * @throws IllegalArgumentException if {@code count} is negative
   */
  static int[] first(int count, int size, long seed) {
    checkArgument(count >= 0, "count must be >= 0, got %s", count);
    return Arrays.copyOf(permutation(size, seed), Math.min(count, size));
  }
}
