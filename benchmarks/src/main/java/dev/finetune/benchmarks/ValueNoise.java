package dev.finetune.benchmarks;

import java.util.SplittableRandom;

/**
 * Smooth noise of the plane: random values at the points with integer coordinates, interpolated
 * between them. It does not repeat.
 */
final class ValueNoise {

  private final long seed;

  ValueNoise(long seed) {
    this.seed = seed;
  }

  /** Returns the value at a point, from 0 to 1. */
  double at(double x, double y) {
    long column = (long) Math.floor(x);
    long row = (long) Math.floor(y);
    double right = smooth(x - column);
    double down = smooth(y - row);
    double above = mixed(corner(column, row), corner(column + 1, row), right);
    double below = mixed(corner(column, row + 1), corner(column + 1, row + 1), right);
    return mixed(above, below, down);
  }

  /** Returns the value at a point with integer coordinates, from 0 to 1. */
  double corner(long column, long row) {
    // The multipliers are odd, so that different columns and rows give different seeds.
    return new SplittableRandom(seed ^ (column * 0x9E3779B97F4A7C15L + row * 0xC2B2AE3D27D4EB4FL))
        .nextDouble();
  }

  private static double mixed(double from, double to, double share) {
    return from + share * (to - from);
  }

  private static double smooth(double share) {
    return share * share * (3 - 2 * share);
  }
}
