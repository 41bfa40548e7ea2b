package dev.finetune.internal.training;

/**
 * The sums over the steps of an epoch so far.
 *
 * @param steps the number of steps
 * @param images the number of images in these steps
 * @param lossSum the sum of the losses of the images
 * @param scoreSum the sum of the scores of the images
 * @param trainSeconds the wall time of the steps
 * @param waitSeconds the part of it spent waiting for images
 */
public record EpochSums(
    int steps,
    int images,
    double lossSum,
    double scoreSum,
    double trainSeconds,
    double waitSeconds) {

  /** The sums before the first step. */
  static final EpochSums NONE = new EpochSums(0, 0, 0, 0, 0, 0);
}
