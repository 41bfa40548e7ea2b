package dev.finetune.internal.training;

/** Independent seeds for the uses of one: the head's values, each epoch's order, each step. */
public final class Seeds {

  private static final long HEAD = 1;
  private static final long ORDER = 2;
  private static final long STEP = 3;
  private static final long CHANGES = 4;
  private static final long IMAGE = 5;
  private static final long STATISTICS = 6;

  private Seeds() {}

  /** The seed of the head's initial values. */
  public static long head(long seed) {
    return mix(seed, HEAD, 0, 0);
  }

  static long order(long seed, int epoch) {
    return mix(seed, ORDER, epoch, 0);
  }

  static long step(long seed, int epoch, int step) {
    return mix(seed, STEP, epoch, step);
  }

  /** Of the images that statistics are recomputed from, and their order. */
  static long statistics(long seed, int epoch) {
    return mix(seed, STATISTICS, epoch, 0);
  }

  /** Of what an epoch changes in images. */
  static long changes(long seed, int epoch) {
    return mix(seed, CHANGES, epoch, 0);
  }

  /** Of what is changed in the image at that place of an epoch's order. */
  static long image(long changes, int place) {
    return mix(changes, IMAGE, place, 0);
  }

  /** Chained SplitMix64 finalisers (G. Steele et al., "Fast Splittable PRNGs", OOPSLA 2014). */
  private static long mix(long seed, long use, long epoch, long step) {
    return scramble(scramble(scramble(scramble(seed) + use) + epoch) + step);
  }

  private static long scramble(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
