package dev.finetune.internal.training;

import dev.finetune.evaluate.Evaluation;
import dev.finetune.train.BatchResult;
import dev.finetune.train.EpochResult;
import dev.finetune.train.TrainOptions;
import java.util.List;
import java.util.Map;

/** Adds up the steps of an epoch. */
final class EpochMeter {

  private final long start = System.nanoTime();
  private final EpochSums before;
  private final int epoch;
  private final int epochs;
  private final int images;
  private final int batches;
  private int batch;
  private int seen;
  private double lossSum;
  private int correct;
  private double trainSeconds;
  private double waitSeconds;

  /**
   * Goes on from what was added up.
   *
   * @param images of a whole epoch
   */
  EpochMeter(int epoch, int images, TrainOptions options, EpochSums before) {
    this.epoch = epoch;
    this.epochs = options.epochs();
    this.images = images;
    this.batches = (images + options.batchSize() - 1) / options.batchSize();
    this.before = before;
    this.batch = before.steps();
    this.seen = before.images();
    this.lossSum = before.lossSum();
    this.correct = before.correct();
    this.trainSeconds = before.trainSeconds();
    this.waitSeconds = before.waitSeconds();
  }

  void add(Learner.Step step, int size) {
    batch++;
    seen += size;
    lossSum += step.loss() * size;
    correct += step.correct();
    trainSeconds = before.trainSeconds() + Trainer.secondsSince(start);
  }

  void waited(double seconds) {
    waitSeconds += seconds;
  }

  /** What has been added up. */
  EpochSums sums() {
    return new EpochSums(batch, seen, lossSum, correct, trainSeconds, waitSeconds);
  }

  /** Where the epoch stands; the time left is from finished epochs, or from this one at first. */
  BatchResult progress(List<EpochResult> finished) {
    double epochSeconds =
        finished.isEmpty()
            ? trainSeconds / seen * images
            : finished.stream().mapToDouble(EpochResult::seconds).average().orElseThrow();
    double left = epochSeconds * (epochs - epoch + 1) - trainSeconds;
    return new BatchResult(
        epoch,
        epochs,
        batch,
        batches,
        lossSum / seen,
        (double) correct / seen,
        seen / trainSeconds,
        Math.max(0, left));
  }

  /** What the epoch gave. */
  EpochResult result(Evaluation valid, Map<String, Double> metrics) {
    return new EpochResult(
        epoch,
        lossSum / seen,
        (double) correct / seen,
        valid.loss(),
        valid.accuracy(),
        before.trainSeconds() + Trainer.secondsSince(start),
        seen / trainSeconds,
        waitSeconds,
        metrics);
  }
}
