package dev.finetune.train;

/**
 * What one training step gave, and where the epoch stands.
 *
 * @param epoch from 1
 * @param epochs in all
 * @param batch from 1
 * @param batches in an epoch
 * @param loss mean cross-entropy over the epoch so far
 * @param accuracy share classified right over the epoch so far, 0 to 1
 * @param imagesPerSecond over the epoch so far
 * @param secondsLeft an estimate for all that is left of the training
 */
public record BatchResult(
    int epoch,
    int epochs,
    int batch,
    int batches,
    double loss,
    double accuracy,
    double imagesPerSecond,
    double secondsLeft) {}
