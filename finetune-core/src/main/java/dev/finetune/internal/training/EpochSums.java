package dev.finetune.internal.training;

/**
 * What the steps of an epoch have added up to.
 *
 * @param steps that were taken
 * @param images that they saw
 * @param lossSum of the images' losses
 * @param correct images that had their class as the largest output
 * @param trainSeconds wall time of the steps
 * @param waitSeconds of it spent waiting for images
 */
public record EpochSums(
    int steps, int images, double lossSum, int correct, double trainSeconds, double waitSeconds) {

  /** Before the first step. */
  static final EpochSums NONE = new EpochSums(0, 0, 0, 0, 0, 0);
}
