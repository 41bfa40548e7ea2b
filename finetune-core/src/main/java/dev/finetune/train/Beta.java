package dev.finetune.train;

import java.util.random.RandomGenerator;

/**
 * Numbers of a beta distribution, with the same bits on every machine.
 *
 * <p>Up to a parameter of 1, by the method of M. Jöhnk ("Erzeugung von betaverteilten und
 * gammaverteilten Zufallszahlen", 1964), with logarithms, because powers of a small parameter
 * underflow. Above, from two numbers of a gamma distribution (G. Marsaglia, W. Tsang, "A Simple
 * Method for Generating Gamma Variables", 2000).
 */
final class Beta {

  private Beta() {}

  /** Returns a number from 0 to 1 of the distribution with both parameters alpha. */
  static double symmetric(double alpha, RandomGenerator random) {
    if (alpha > 1) {
      double first = gamma(alpha, random);
      return first / (first + gamma(alpha, random));
    }
    while (true) {
      // 1 - u is over 0, so that its logarithm is finite.
      double x = StrictMath.log(1 - random.nextDouble()) / alpha;
      double y = StrictMath.log(1 - random.nextDouble()) / alpha;
      double most = Math.max(x, y);
      double sum = most + StrictMath.log(StrictMath.exp(x - most) + StrictMath.exp(y - most));
      if (sum <= 0) {
        return StrictMath.exp(x - sum);
      }
    }
  }

  private static double gamma(double shape, RandomGenerator random) {
    double d = shape - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double normal = normal(random);
      double root = 1 + c * normal;
      double cube = root * root * root;
      if (cube > 0
          && StrictMath.log(1 - random.nextDouble())
              < normal * normal / 2 + d - d * cube + d * StrictMath.log(cube)) {
        return d * cube;
      }
    }
  }

  /** The polar method (G. Marsaglia, T. Bray, 1964). */
  private static double normal(RandomGenerator random) {
    while (true) {
      double x = 2 * random.nextDouble() - 1;
      double y = 2 * random.nextDouble() - 1;
      double square = x * x + y * y;
      if (square < 1 && square > 0) {
        return x * Math.sqrt(-2 * StrictMath.log(square) / square);
      }
    }
  }
}
