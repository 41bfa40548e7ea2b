package dev.finetune.image;

import java.util.random.RandomGenerator;

/** Random numbers that have the same bits on every machine. */
final class Draw {

  private Draw() {}

  /** Returns a uniform number from -bound to bound. */
  static double symmetric(RandomGenerator random, double bound) {
    return (2 * random.nextDouble() - 1) * bound;
  }

  /** Returns a uniform number from low to high. */
  static double between(RandomGenerator random, double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  /** Returns a number from 1 / bound to bound whose logarithm is uniform. */
  static double ratio(RandomGenerator random, double bound) {
    return StrictMath.exp(symmetric(random, StrictMath.log(bound)));
  }

  /** Returns a uniform whole number from 0 to count - 1. */
  static int index(RandomGenerator random, int count) {
    return (int) (random.nextDouble() * count);
  }

  /**
   * Fills an array with numbers of a normal distribution with mean 0 and deviation 1, by the polar
   * method (G. Marsaglia, T. Bray, "A Convenient Method for Generating Normal Variables", 1964).
   */
  static void normal(RandomGenerator random, float[] out) {
    for (int i = 0; i < out.length; i += 2) {
      double x;
      double y;
      double square;
      do {
        x = symmetric(random, 1);
        y = symmetric(random, 1);
        square = x * x + y * y;
      } while (square >= 1 || square == 0);
      double scale = Math.sqrt(-2 * StrictMath.log(square) / square);
      out[i] = (float) (x * scale);
      if (i + 1 < out.length) {
        out[i + 1] = (float) (y * scale);
      }
    }
  }
}
