package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;

/** Checks of the settings that optimizers or schedules share. */
final class Ranges {

  private Ranges() {}

  static void learningRate(double value) {
    checkArgument(positive(value), "learningRate must be > 0 and finite in float32, got %s", value);
  }

  static void betas(double beta1, double beta2) {
    checkArgument(
        beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1,
        "beta1 and beta2 must be in [0, 1), got %s and %s",
        beta1,
        beta2);
  }

  static void epsilon(double value) {
    checkArgument(positive(value), "epsilon must be > 0 and finite in float32, got %s", value);
  }

  static void decay(double value) {
    checkArgument(
        value >= 0 && Float.isFinite((float) value),
        "decay must be >= 0 and finite in float32, got %s",
        value);
  }

  static void lowest(double value) {
    checkArgument(value >= 0 && value <= 1, "lowest must be in [0, 1], got %s", value);
  }

  private static boolean positive(double value) {
    return (float) value > 0 && Float.isFinite((float) value);
  }
}
