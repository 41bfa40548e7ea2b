package dev.finetune.benchmarks;

import java.util.Locale;

/**
 * A pattern of the plane. Its values are from 0 to 1, and its period or the size of its details is
 * about 1. Some differ little, such as the two lattices of dots, so that the classes are not too
 * easy.
 */
enum Texture {
  STRIPES_LEVEL {
    @Override
    double at(double x, double y, ValueNoise noise) {
      return wave(y);
    }
  },
  STRIPES_UPRIGHT {
    @Override
    double at(double x, double y, ValueNoise noise) {
      return wave(x);
    }
  },
  STRIPES_RISING {
    @Override
    double at(double x, double y, ValueNoise noise) {
      return wave((x + y) * Math.sqrt(0.5));
    }
  },
  CHECKERS {
    @Override
    double at(double x, double y, ValueNoise noise) {
      return Math.floorMod((long) Math.floor(x) + (long) Math.floor(y), 2);
    }
  },
  DOTS_SQUARE {
    @Override
    double at(double x, double y, ValueNoise noise) {
      return dot(fraction(x) - 0.5, fraction(y) - 0.5);
    }
  },
  DOTS_STAGGERED {
    @Override
    double at(double x, double y, ValueNoise noise) {
      return dot(fraction(x + 0.5 * Math.floor(y)) - 0.5, fraction(y) - 0.5);
    }
  },
  DOTS_SCATTERED {
    @Override
    double at(double x, double y, ValueNoise noise) {
      long column = (long) Math.floor(x);
      long row = (long) Math.floor(y);
      double value = 0;
      for (long r = row - 1; r <= row + 1; r++) {
        for (long c = column - 1; c <= column + 1; c++) {
          double dx = x - c - noise.corner(2 * c, r);
          double dy = y - r - noise.corner(2 * c + 1, r);
          value = Math.max(value, dot(dx, dy));
        }
      }
      return value;
    }
  },
  NOISE_COARSE {
    @Override
    double at(double x, double y, ValueNoise noise) {
      return stretched(noise.at(0.8 * x, 0.8 * y));
    }
  },
  NOISE_FINE {
    @Override
    double at(double x, double y, ValueNoise noise) {
      return stretched(noise.at(2.4 * x, 2.4 * y));
    }
  },
  WOOD {
    @Override
    double at(double x, double y, ValueNoise noise) {
      return wave(Math.hypot(x, y) + 0.8 * noise.at(0.4 * x, 0.4 * y));
    }
  },
  MARBLE {
    @Override
    double at(double x, double y, ValueNoise noise) {
      return wave(0.4 * (x + y) + 3 * noise.at(0.5 * x, 0.5 * y));
    }
  },
  BRICKS {
    @Override
    double at(double x, double y, ValueNoise noise) {
      double along = fraction(0.5 * x + 0.5 * Math.floor(y));
      return along < 0.07 || fraction(y) < 0.14 ? 0 : 1;
    }
  };

  /**
   * Returns the value at a point.
   *
   * @param noise the irregularities of the image
   */
  abstract double at(double x, double y, ValueNoise noise);

  /** Returns the name of the class. */
  String className() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static double wave(double phase) {
    return 0.5 + 0.5 * Math.sin(2 * Math.PI * phase);
  }

  private static double fraction(double value) {
    return value - Math.floor(value);
  }

  /** Returns 1 in a dot around the origin and 0 outside, with a soft edge. */
  private static double dot(double dx, double dy) {
    return Math.max(0, Math.min(1, (0.34 - Math.hypot(dx, dy)) / 0.1));
  }

  /** Returns noise with more contrast: interpolated values are close to their mean. */
  private static double stretched(double value) {
    return Math.max(0, Math.min(1, 0.5 + 1.8 * (value - 0.5)));
  }
}
