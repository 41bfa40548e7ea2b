package dev.finetune.internal.training;

import dev.finetune.train.BatchResult;
import dev.finetune.train.EpochResult;
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
  private double scoreSum;
  private double trainSeconds;
  private double waitSeconds;

  /**
   * Starts with the sums of a resumed epoch, or with {@link EpochSums#NONE}.
   *
   * @param epoch the number of the epoch, from 1
   * @param before the sums so far
   */
  EpochMeter(int epoch, TrainingJob job, EpochSums before) {
    this.epoch = epoch;
    this.epochs = job.options().epochs();
    this.images = job.train().size();
    this.batches = job.steps();
    this.before = before;
    this.batch = before.steps();
    this.seen = before.images();
    this.lossSum = before.lossSum();
    this.scoreSum = before.scoreSum();
    this.trainSeconds = before.trainSeconds();
    this.waitSeconds = before.waitSeconds();
  }

  /**
   * Adds a step.
   *
   * @param loss the mean loss of its images
   * @param score the sum of the scores of its images
   * @param size the number of its images
   */
  void add(double loss, double score, int size) {
    batch++;
    seen += size;
    lossSum += loss * size;
    scoreSum += score;
    trainSeconds = before.trainSeconds() + Trainer.secondsSince(start);
  }

  /** Adds time spent waiting for images. */
  void waited(double seconds) {
    waitSeconds += seconds;
  }

  /** Returns the sums so far. */
  EpochSums sums() {
    return new EpochSums(batch, seen, lossSum, scoreSum, trainSeconds, waitSeconds);
  }

  /**
   * Returns the progress of the run. The remaining time follows from the mean time of the finished
   * epochs, or from this epoch if it is the first.
   */
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
        scoreSum / seen,
        seen / trainSeconds,
        Math.max(0, left));
  }

  /** Returns the result of the finished epoch. */
  EpochResult result(Task.Result valid, Map<String, Double> metrics) {
    return new EpochResult(
        epoch,
        lossSum / seen,
        scoreSum / seen,
        valid.loss(),
        valid.score(),
        before.trainSeconds() + Trainer.secondsSince(start),
        seen / trainSeconds,
        waitSeconds,
        metrics);
  }
}
