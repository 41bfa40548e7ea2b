package dev.finetune.train;

import com.google.common.collect.ImmutableMap;
import java.util.Map;

/**
 * The result of an epoch.
 *
 * @param epoch the number of the epoch, from 1
 * @param trainLoss the mean of {@link TrainOptions#loss} over the epoch's steps, with dropout on
 * @param trainAccuracy the share of training images classified correctly in those steps, from 0 to
 *     1
 * @param validLoss the mean cross-entropy over the validation images after the epoch, in nats
 * @param validAccuracy the share of validation images classified correctly, from 0 to 1
 * @param seconds the wall time of the epoch, validation included
 * @param imagesPerSecond training images divided by the wall time of the steps
 * @param waitSeconds the part of that time in which the network waited for images
 * @param metrics the application's metrics over the validation images, by name
 */
public record EpochResult(
    int epoch,
    double trainLoss,
    double trainAccuracy,
    double validLoss,
    double validAccuracy,
    double seconds,
    double imagesPerSecond,
    double waitSeconds,
    Map<String, Double> metrics) {

  /**
   * Creates a result. Copies the map.
   *
   * @param epoch the number of the epoch, from 1
   * @param trainLoss the mean training loss
   * @param trainAccuracy from 0 to 1
   * @param validLoss the mean cross-entropy, in nats
   * @param validAccuracy from 0 to 1
   * @param seconds the wall time of the epoch
   * @param imagesPerSecond the speed of the steps
   * @param waitSeconds the time spent waiting for images
   * @param metrics the application's metrics by name
   */
  public EpochResult {
    metrics = ImmutableMap.copyOf(metrics);
  }
}
