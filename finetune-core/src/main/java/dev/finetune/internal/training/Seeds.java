package dev.finetune.internal.training;

/** Derives independent seeds for different uses from the seed of a run. */
public final class Seeds {

  private static final long HEAD = 1;
  private static final long ORDER = 2;
  private static final long STEP = 3;
  private static final long CHANGES = 4;
  private static final long IMAGE = 5;
  private static final long STATISTICS = 6;
  private static final long MIX = 7;
  private static final long ROW = 8;
  private static final long REPLAY = 9;
  private static final long SAMPLE = 10;

  private Seeds() {}

  /** Returns the seed of the initial values of the head. */
  public static long head(long seed) {
    return mix(seed, HEAD, 0, 0);
  }

  /**
   * Returns the seed of the initial weights of a class that a continued model adds.
   *
   * @param name a hash of the name of the class
   */
  public static long row(long seed, long name) {
    return mix(seed, ROW, name, 0);
  }

  /** Returns the seed of the choice of old images. */
  public static long replay(long seed) {
    return mix(seed, REPLAY, 0, 0);
  }

  /** Returns the seed of the choice of images for measurements. */
  static long sample(long seed) {
    return mix(seed, SAMPLE, 0, 0);
  }

  /** Returns the seed of the order of the images in an epoch. */
  static long order(long seed, int epoch) {
    return mix(seed, ORDER, epoch, 0);
  }

  /** Returns the seed of a step, for dropout and stochastic depth. */
  static long step(long seed, int epoch, int step) {
    return mix(seed, STEP, epoch, step);
  }

  /** Returns the seed of the mixture of a batch. */
  static long mix(long seed, int epoch, int batch) {
    return mix(seed, MIX, epoch, batch);
  }

  /** Returns the seed of the pass that recomputes statistics after an epoch. */
  static long statistics(long seed, int epoch) {
    return mix(seed, STATISTICS, epoch, 0);
  }

  /** Returns the seed of the augmentation in an epoch. */
  static long changes(long seed, int epoch) {
    return mix(seed, CHANGES, epoch, 0);
  }

  /** Returns the seed of the augmentation of the image at a position in the order of an epoch. */
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
