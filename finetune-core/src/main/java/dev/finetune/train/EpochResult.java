package dev.finetune.train;

import com.google.common.collect.ImmutableMap;
import java.util.Map;

/**
 * The result of an epoch.
 *
 * @param epoch the number of the epoch, from 1
 * @param trainLoss the mean of {@link TrainOptions#loss} over the epoch's steps, with dropout on
 * @param trainScore the {@link Score} of the training images in those steps, such as the share
 *     classified correctly
 * @param validLoss the mean over the validation images after the epoch of the task's usual loss:
 *     cross-entropy, binary cross-entropy (both in nats) or the squared error
 * @param validScore the {@link Score} of the validation images
 * @param seconds the wall time of the epoch, validation included
 * @param imagesPerSecond training images divided by the wall time of the steps
 * @param waitSeconds the part of that time in which the network waited for images
 * @param metrics the application's metrics over the validation images, by name
 */
public record EpochResult(
    int epoch,
    double trainLoss,
    double trainScore,
    double validLoss,
    double validScore,
    double seconds,
    double imagesPerSecond,
    double waitSeconds,
    Map<String, Double> metrics) {

  /**
   * Creates a result. Copies the map.
   *
   * @param epoch the number of the epoch, from 1
   * @param trainLoss the mean training loss
   * @param trainScore the score in training
   * @param validLoss the mean validation loss
   * @param validScore the score in validation
   * @param seconds the wall time of the epoch
   * @param imagesPerSecond the speed of the steps
   * @param waitSeconds the time spent waiting for images
   * @param metrics the application's metrics by name
   */
  public EpochResult {
    metrics = ImmutableMap.copyOf(metrics);
  }
}
