package dev.finetune.internal.onednn;

import java.util.SplittableRandom;

/** The random streams of the step that runs. They are the same however its batch is split. */
final class StepRandom {

  private long seed;
  private int before;

  /**
   * Starts a step.
   *
   * @param before examples of the batch that other shards have, in front of these
   */
  void start(long stepSeed, int before) {
    this.seed = stepSeed;
    this.before = before;
  }

  /**
   * Returns a stream, at the first example's values.
   *
   * @param number of the stream
   * @param each how many values an example draws
   */
  SplittableRandom stream(long number, int each) {
    SplittableRandom random = new SplittableRandom(seed + number);
    for (long i = (long) before * each; i > 0; i--) {
      random.nextLong(); // as nextDouble() does, once for each
    }
    return random;
  }
}
