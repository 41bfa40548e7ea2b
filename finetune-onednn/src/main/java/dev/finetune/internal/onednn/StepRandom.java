package dev.finetune.internal.onednn;

import java.util.SplittableRandom;

/**
 * The random streams of the current training step. They do not depend on how the batch is split.
 */
final class StepRandom {

  private long seed;
  private int before;

  /**
   * Starts a step.
   *
   * @param before the number of examples of the batch before this shard's first one
   */
  void start(long stepSeed, int before) {
    this.seed = stepSeed;
    this.before = before;
  }

  /**
   * Returns a stream, advanced to the values of this shard's first example.
   *
   * @param number the number of the stream
   * @param each how many values each example draws
   */
  SplittableRandom stream(long number, int each) {
    SplittableRandom random = new SplittableRandom(seed + number);
    for (long i = (long) before * each; i > 0; i--) {
      random.nextLong(); // nextDouble() calls it once
    }
    return random;
  }
}
