package dev.finetune.zoo.architecture;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Locale;

/** Networks whose numbers of channels are those of the usual one times a width. */
final class Widths {

  private static final int DIVISOR = 8;
  private static final double LEAST_SHARE = 0.9;

  private Widths() {}

  /** Checks a width. */
  static double require(double width) {
    checkArgument(width >= 0.1 && width <= 4, "width must be >= 0.1 and <= 4, got %s", width);
    return width;
  }

  /** Returns the name of a network with a width: without it if it is 1. */
  static String name(String name, double width) {
    String text = String.format(Locale.ROOT, "%.4f", width).replaceAll("\\.?0+$", "");
    return width == 1 ? name : name + "-" + text;
  }

  /**
   * Returns the multiple of 8 that is nearest to a number of channels and at least 90 % of it, as
   * Keras and torchvision do ({@code _make_divisible}).
   */
  static int divisible(double channels) {
    int nearest = Math.max(DIVISOR, (int) (channels + DIVISOR / 2.0) / DIVISOR * DIVISOR);
    return nearest < LEAST_SHARE * channels ? nearest + DIVISOR : nearest;
  }
}
