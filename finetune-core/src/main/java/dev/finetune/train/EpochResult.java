package dev.finetune.train;

import com.google.common.collect.ImmutableMap;
import java.util.Map;

/**
 * What one epoch gave.
 *
 * @param epoch from 1
 * @param trainLoss mean cross-entropy (nats) over the epoch's steps, dropout on, as Keras reports
 * @param trainAccuracy share of training images classified right in those steps, 0 to 1
 * @param validLoss mean cross-entropy over the validation images after the epoch
 * @param validAccuracy share of them classified right, 0 to 1
 * @param seconds wall time of the epoch, validation included
 * @param imagesPerSecond training images over the wall time of the training part
 * @param waitSeconds of that time, how long the network waited for images to be ready
 * @param metrics the application's own metrics over the validation images, by name
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

  public EpochResult {
    metrics = ImmutableMap.copyOf(metrics);
  }
}
